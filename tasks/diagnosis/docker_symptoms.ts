// What Docker and Compose print when they cannot start a container.

import type { Symptom } from "./symptom.ts";

export const dockerSymptoms: readonly Symptom[] = [
  {
    id: "socket-denied",
    shows: "permission denied … docker.sock",
    patterns: [
      /permission denied while trying to connect to the docker/i,
      /docker(?:\.sock|_engine)[^\n]*(?:permission|access is) denied/i,
    ],
    cause: "Docker runs, but this user has no permission to use it",
    fix: "join the docker group, then log in again",
    commands: ["sudo usermod -aG docker $USER"],
  },
  {
    id: "engine-off",
    shows: "Cannot connect to the Docker daemon",
    patterns: [
      /Cannot connect to the Docker daemon/,
      /failed to connect to the docker API/,
      /error during connect:[^\n]*(?:docker_engine|dockerDesktop)/,
    ],
    cause: "Docker is installed but not running",
    fix: "start Docker Desktop; on Linux",
    commands: ["sudo systemctl start docker"],
  },
  {
    id: "port-taken",
    shows: "port is already allocated / address already in use",
    patterns: [
      /Bind for [^\s:]+:(?<port>\d+) failed: port is already allocated/,
      /listen tcp\d? [^\s]+:(?<port>\d+): bind: (?:address already in use|Only one usage|An attempt was made to access a socket)/,
      /failed to bind host port (?:for )?[^\s:]+:(?<port>\d+)[^\n]*address already in use/,
    ],
    cause: "another program or container uses the port",
    fix: "stop it, or set another port in `.env` (KAFKA_HOST_PORT, " +
      "KAFKA_UI_HOST_PORT or ZOOKEEPER_HOST_PORT), then",
    commands: ["deno task setup"],
  },
  {
    id: "network-missing",
    shows: "network … not found / … could not be found",
    patterns: [
      /network (?<network>\S+) declared as external, but could not be found/,
      /network (?<network>[^\s"]+) not found/,
    ],
    cause: "the network does not exist: PART-A is down, or it was removed",
    fix: "start PART-A, or add --standalone to do without it; then",
    commands: ["deno task setup"],
  },
  {
    id: "name-taken",
    shows: "Conflict. The container name … is already in use",
    patterns: [/The container name "\/?(?<container>[^"]+)" is already in use/],
    cause: "another clone or an older project left that container",
    fix: "remove it (named volumes are kept), or set STACK_NAME in `.env`",
    commands: ["docker rm -f CONTAINER"],
  },
  {
    id: "mount-missing",
    shows: "bind source path does not exist",
    patterns: [/bind source path does not exist: (?<path>[^\n]+)/],
    cause: "a folder that the containers need is missing",
    fix: "create it, then start again",
    commands: ["deno task deps"],
  },
  {
    id: "registry-limit",
    shows: "toomanyrequests",
    patterns: [/toomanyrequests|429 Too Many Requests/],
    cause: "the image registry has rate-limited this address",
    fix: "log in, or try again in a few hours",
    commands: ["docker login"],
  },
  {
    id: "image-missing",
    shows: "manifest unknown / not found / pull access denied",
    patterns: [
      /manifest for (?<image>\S+) not found/,
      /pull access denied for (?<image>[^\s,]+)/,
      /repository (?<image>\S+) not found: name unknown/,
      /manifest unknown|name unknown|unauthorized: authentication required/,
      /denied: requested access to the resource is denied/,
      /^Error response from daemon: denied/,
      /no matching manifest for \S+/,
    ],
    cause: "the image does not exist for this platform, or is not public",
    fix: "check ZOOKEEPER_IMAGE, KAFKA_IMAGE, KAFKA_UI_IMAGE, DENO_IMAGE and " +
      "SPARK_IMAGE in `.env`; when unset, the pinned images are used",
  },
  {
    id: "registry-away",
    shows: "no such host / TLS handshake timeout",
    patterns: [
      /dial tcp: lookup (?<host>\S+)[^\n]*(?:no such host|i\/o timeout|server misbehaving)/,
      /Get "https?:\/\/(?<host>[^/"]+)\/v2[^\n]*(?:TLS handshake timeout|connection refused|i\/o timeout|deadline exceeded|unreachable|x509)/,
      /net\/http: (?:TLS handshake timeout|request canceled while waiting for connection)/,
    ],
    cause: "the image registry cannot be reached",
    fix: "check network, proxy and VPN, then try again; or load the images " +
      "from a file",
    commands: ["docker load -i FILE"],
  },
  {
    id: "disk-full",
    shows: "no space left on device",
    patterns: [/no space left on device/i],
    cause: "Docker's disk is full",
    fix: "free some space, for instance by removing unused images, then run " +
      "setup again",
    commands: ["docker image prune"],
  },
];
