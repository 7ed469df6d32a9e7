// What services print before they exit.

import type { Symptom } from "./symptom.ts";

export const serviceSymptoms: readonly Symptom[] = [
  {
    id: "cluster-id",
    shows: "Invalid cluster.id … Expected …, but read …",
    patterns: [
      /Invalid cluster\.id in: (?<file>[^\s]+)/,
      /InconsistentClusterIdException/,
    ],
    cause: "Kafka's volume belongs to another cluster: ZooKeeper's volumes " +
      "or the cluster id were replaced",
    fix: "restore the old ones, or start over without the old records",
    commands: ["deno task destroy", "deno task setup"],
  },
  {
    id: "mode-switched",
    shows: "Found unexpected version in …meta.properties",
    patterns: [/Found unexpected version in (?<file>\S+\.properties)/],
    cause: "a volume written in ZooKeeper mode was mounted in KRaft mode, or " +
      "the other way round",
    fix: "use the volumes of each mode's own compose file; see",
    commands: ["deno task setup --help"],
  },
  {
    id: "node-exists",
    shows: "NodeExists … /brokers/ids/1",
    patterns: [
      /Error while creating ephemeral at \S+, node already exists/,
      /KeeperErrorCode = NodeExists/,
    ],
    cause: "Kafka restarted before its last ZooKeeper session expired",
    fix: "wait: it restarts until the session expires, within 20 s; then",
    commands: ["deno task verify --wait=60s"],
  },
  {
    id: "zookeeper-snapshot",
    shows: "No snapshot found, but there are log entries",
    patterns: [/No snapshot found, but there are log entries/],
    cause: "ZooKeeper's data volume was lost while its log volume stayed",
    fix: "restore it, or start over without the old records",
    commands: ["deno task destroy", "deno task setup"],
  },
  {
    id: "volume-unwritable",
    shows: "dub path … writable FAILED / cannot use STATE_DIR / " +
      "cannot use LAKE_DIR",
    patterns: [
      /dub path (?<folder>\S+) writable\] FAILED/,
      /cannot use (?:STATE|LAKE)_DIR "(?<folder>[^"]+)": Permission denied/,
    ],
    cause: "the service has no permission to write to its data folder",
    fix: "use the named volumes of compose.yaml; a host folder must belong " +
      "to the service's user (Kafka 1000, producer and lake 1993)",
  },
  {
    id: "old-kafka-variable",
    shows: "port is deprecated. Please use KAFKA_ADVERTISED_LISTENERS",
    patterns: [
      /(?<setting>(?:advertised\.)?(?:host|port)) is deprecated\. Please use KAFKA_/,
    ],
    cause: "the broker's environment sets KAFKA_HOST, KAFKA_PORT or their " +
      "ADVERTISED forms",
    fix: "unset them (Kubernetes sets KAFKA_PORT for a service named " +
      "kafka), then",
    commands: ["deno task setup"],
  },
  {
    id: "out-of-memory",
    shows: "exit code 137, OOMKilled, OutOfMemoryError",
    patterns: [
      /OOMKilled|exited \(137\)|exited with code 137/,
      /java\.lang\.OutOfMemoryError/,
      /insufficient memory for the Java Runtime/,
      /Could not reserve enough space for/,
      /Cannot allocate memory/,
      /Fatal JavaScript out of memory/,
      /\bOut of memory\b/,
    ],
    cause: "a service exceeded its memory limit, or the machine has too " +
      "little memory",
    fix: "give Docker 3 GB (Docker Desktop: Settings, Resources), stop " +
      "other containers; check with",
    commands: ["docker stats --no-stream"],
  },
  {
    id: "mount-unreadable",
    shows: "Permission denied (os error 13)",
    patterns: [
      /user 1993 (?:may not|cannot) read/,
      /Permission denied \(os error 13\)/,
      /cannot read \.env: [^\n]*denied/,
    ],
    cause: "user 1993 of the containers cannot read the project",
    fix: "make it readable for others (SELinux: label the mounts with :z)",
    commands: ["chmod -R o+rX ."],
  },
  {
    id: "lake-packages",
    shows: "lake: cannot get DuckDB",
    patterns: [
      /^lake: cannot get DuckDB(?:'s extensions| \S+ and kafkajs)[^:]*: (?<reason>.+)/,
    ],
    cause: "the lake's container cannot fetch DuckDB, or DuckDB's extensions",
    fix: "check its network, HTTPS_PROXY and DENO_CERT; `setup` tries again, " +
      "and gets on this machine what the container cannot",
    commands: ["deno task setup --lake"],
  },
  {
    id: "deps-missing",
    shows: "dependencies are missing",
    patterns: [
      /dependencies are missing/,
      /Could not find a matching package for 'npm:/,
      /JSR package manifest for '@std[^\n]* failed to load/,
    ],
    cause: "the dependencies are not installed in this clone",
    fix: "install them, then start again",
    commands: ["deno task deps"],
  },
];
