/**
 * What the services' own logs say when they end.
 *
 * @module
 */

import type { Symptom } from "./symptom.ts";

/** Symptoms of ZooKeeper, Kafka and the producer. */
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
    cure: "put the old ones back, or begin anew without the old records",
    type: ["deno task destroy", "deno task setup"],
  },
  {
    id: "mode-switched",
    shows: "Found unexpected version in …meta.properties",
    patterns: [/Found unexpected version in (?<file>\S+\.properties)/],
    cause: "a volume written with ZooKeeper was given to KRaft, or the " +
      "reverse",
    cure: "let each mode use the volumes of its own compose file; see",
    type: ["deno task setup --help"],
  },
  {
    id: "node-exists",
    shows: "NodeExists … /brokers/ids/1",
    patterns: [
      /Error while creating ephemeral at \S+, node already exists/,
      /KeeperErrorCode = NodeExists/,
    ],
    cause: "Kafka came back faster than ZooKeeper forgot its last session",
    cure: "wait: it restarts until the session is over, within 20 s; then",
    type: ["deno task verify --wait=60s"],
  },
  {
    id: "zookeeper-snapshot",
    shows: "No snapshot found, but there are log entries",
    patterns: [/No snapshot found, but there are log entries/],
    cause: "ZooKeeper's data volume was lost while its log volume stayed",
    cure: "put it back, or begin anew without the old records",
    type: ["deno task destroy", "deno task setup"],
  },
  {
    id: "volume-unwritable",
    shows: "dub path … writable FAILED / cannot use STATE_DIR",
    patterns: [
      /dub path (?<folder>\S+) writable\] FAILED/,
      /cannot use STATE_DIR "(?<folder>[^"]+)": Permission denied/,
    ],
    cause: "the service may not write to its data folder",
    cure: "use the named volumes of compose.yaml; a folder of this machine " +
      "must belong to the service's user (Kafka 1000, producer 1993)",
  },
  {
    id: "old-kafka-variable",
    shows: "port is deprecated. Please use KAFKA_ADVERTISED_LISTENERS",
    patterns: [
      /(?<setting>(?:advertised\.)?(?:host|port)) is deprecated\. Please use KAFKA_/,
    ],
    cause: "KAFKA_HOST, KAFKA_PORT or their ADVERTISED forms reach the broker",
    cure: "take them out of the broker's environment (Kubernetes adds " +
      "KAFKA_PORT for a service named kafka); then",
    type: ["deno task setup"],
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
    cause: "a service needs more memory than it may have or than is there",
    cure: "give Docker 3 GB (Docker Desktop: Settings, Resources), end other " +
      "containers; look with",
    type: ["docker stats --no-stream"],
  },
  {
    id: "mount-unreadable",
    shows: "Permission denied (os error 13)",
    patterns: [
      /user 1993 may not read/,
      /Permission denied \(os error 13\)/,
      /cannot read \.env: [^\n]*denied/,
      /user 1993 may not read/,
    ],
    cause: "user 1993 of the producer's container may not read the project",
    cure: "let others read it (SELinux: label the mounts with :z)",
    type: ["chmod -R o+rX ."],
  },
  {
    id: "deps-missing",
    shows: "dependencies are missing",
    patterns: [
      /dependencies are missing/,
      /Could not find a matching package for 'npm:/,
      /JSR package manifest for '@std[^\n]* failed to load/,
    ],
    cause: "the packages are not installed in this clone",
    cure: "install them, then start again",
    type: ["deno task deps"],
  },
];
