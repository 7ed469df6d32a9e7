// Failures as printed by Docker 28.2 on engine 20.10 with Compose 2.26 and Kafka
// 3.9.2, unless a comment names another source. Names, paths and addresses of the
// machine are replaced.

/** What was printed, with the part of it that the cause repeats, if any. */
export type Printed = string | readonly [text: string, names: string];

const daemon = "Error response from daemon: ";
const endpoint = "driver failed programming external connectivity on " +
  "endpoint crypto-kafka (061c7787b987): ";
const kafkaHead = `===> User
uid=1000(appuser) gid=1000(appuser) groups=1000(appuser)
===> Configuring ...
Running in Zookeeper mode...
`;

/** By the symptom's id: the engine's, the services', then those of the native stack. */
export const printedFailures: Readonly<Record<string, readonly Printed[]>> = {
  "socket-denied": [
    "permission denied while trying to connect to the Docker daemon " +
    "socket at unix:///var/run/docker.sock: Get " +
    '"http://%2Fvar%2Frun%2Fdocker.sock/v1.50/containers/json": dial unix ' +
    "/var/run/docker.sock: connect: permission denied",
    // Newer Docker, reported by its users.
    "permission denied while trying to connect to the docker API at " +
    "unix:///var/run/docker.sock",
  ],
  "engine-off": [
    "Cannot connect to the Docker daemon at unix:///var/run/" +
    "docker.sock. Is the docker daemon running?",
    // Docker Desktop on Windows, Docker 29.6, reported by its users.
    "failed to connect to the docker API at " +
    "npipe:////./pipe/dockerDesktopLinuxEngine; check if the path is " +
    "correct and if the daemon is running: open " +
    "//./pipe/dockerDesktopLinuxEngine: The system cannot find the file " +
    "specified.",
  ],
  "port-taken": [
    [
      `${daemon}${endpoint}Bind for 127.0.0.1:9093 failed: port is ` +
      "already allocated",
      "port 9093",
    ],
    [
      `${daemon}${endpoint}Error starting userland proxy: listen tcp4 ` +
      "127.0.0.1:9093: bind: address already in use",
      "port 9093",
    ],
    // Newer Docker, reported by its users.
    [
      `${daemon}failed to set up container networking: ${endpoint}failed ` +
      "to bind host port for 127.0.0.1:8080:172.31.0.2:8080/tcp: address " +
      "already in use",
      "port 8080",
    ],
    // Docker Desktop, docker/for-win issue 14407.
    [
      `${daemon}Ports are not available: exposing port TCP ` +
      "127.0.0.1:2181 -> 127.0.0.1:0: listen tcp4 127.0.0.1:2181: bind: " +
      "Only one usage of each socket address (protocol/network " +
      "address/port) is normally permitted.",
      "port 2181",
    ],
    // Docker Desktop with a range that Windows reserves, docker/for-win issue
    // 14385.
    [
      `${daemon}Ports are not available: exposing port TCP ` +
      "0.0.0.0:8000 -> 0.0.0.0:0: listen tcp 0.0.0.0:8000: bind: An attempt " +
      "was made to access a socket in a way forbidden by its access " +
      "permissions.",
      "port 8000",
    ],
  ],
  "network-missing": [
    [`${daemon}network part-a_dasnet not found`, "network part-a_dasnet"],
    [
      ` Container crypto-kafka  Starting
${daemon}network 54f796f36f09aafd5ce37e08011b0e9f59311536 not found`,
      "network 54f796f36f09aafd5ce37e08011b0e9f59311536",
    ],
    // Newer Compose, pkg/compose/create.go.
    [
      "network part-a_dasnet declared as external, but could not be found",
      "network part-a_dasnet",
    ],
  ],
  "name-taken": [
    [
      `${daemon}Conflict. The container name "/crypto-kafka" is already ` +
      'in use by container "2e1016ff688d". You have to remove (or rename) ' +
      "that container to be able to reuse that name.",
      "container crypto-kafka",
    ],
  ],
  "mount-missing": [
    [
      `${daemon}invalid mount config for type "bind": bind source path ` +
      "does not exist: /home/ana/crypto-stream/vendor",
      "path /home/ana/crypto-stream/vendor",
    ],
  ],
  "registry-limit": [
    `${daemon}toomanyrequests: You have reached your pull rate limit. ` +
    "You may increase the limit by authenticating and upgrading",
  ],
  "image-missing": [
    [
      `${daemon}manifest for registry.example/cp-kafka:7.9.8 not found: ` +
      "manifest unknown: manifest unknown",
      "image registry.example/cp-kafka:7.9.8",
    ],
    [
      `${daemon}pull access denied for registry.example/cp-kafka, ` +
      "repository does not exist or may require 'docker login': denied: " +
      "requested access to the resource is denied",
      "image registry.example/cp-kafka",
    ],
    [
      `${daemon}repository registry.example/cp-kafka not found: name ` +
      "unknown: repository name not known to registry",
      "image registry.example/cp-kafka",
    ],
    `${daemon}denied`,
    `${daemon}unauthorized: authentication required`,
  ],
  "registry-away": [
    [
      ` kafka Pulling
 kafka Error Get "https://registry.example/v2/": dial tcp: lookup ` +
      `registry.example on 10.0.0.53:53: no such host
${daemon}Get "https://registry.example/v2/": dial tcp: lookup ` +
      "registry.example on 10.0.0.53:53: no such host",
      "host registry.example",
    ],
    [
      `${daemon}Get "https://192.0.2.2:5000/v2/": net/http: TLS ` +
      "handshake timeout",
      "host 192.0.2.2:5000",
    ],
    [
      `${daemon}Get "http://127.0.0.1:5000/v2/": dial tcp ` +
      "127.0.0.1:5000: connect: connection refused",
      "host 127.0.0.1:5000",
    ],
  ],
  "disk-full": [
    // Not captured: ENOSPC at a write of the engine.
    "failed to register layer: write /usr/bin/java: no space left on " +
    "device",
  ],
  "cluster-id": [
    [
      `[2026-11-24 14:47:18,193] ERROR Fatal error during KafkaServer ` +
      `startup. Prepare to shutdown (kafka.server.KafkaServer)
java.lang.RuntimeException: Invalid cluster.id in: ` +
      `/var/lib/kafka/data/meta.properties. Expected ` +
      `bb3ZVKG7SaqMy2N2WFBecg, but read Ztd8KogDTC2cDV7xUyxWJw
	at kafka.server.KafkaServer.startup(KafkaServer.scala:258)
[2026-11-24 14:47:18,195] INFO shutting down (kafka.server.KafkaServer)`,
      "file /var/lib/kafka/data/meta.properties",
    ],
  ],
  "mode-switched": [
    [
      "java.lang.RuntimeException: Found unexpected version in " +
      "/var/lib/kafka/data/meta.properties. ZK-based brokers that are not " +
      "migrating only support version 0 (which is implicit when the " +
      "`version` field is missing).",
      "file /var/lib/kafka/data/meta.properties",
    ],
  ],
  "node-exists": [
    `[2026-11-24 14:47:03,147] ERROR Error while creating ephemeral at ` +
    "/brokers/ids/1, node already exists and owner '0x100001393070001' " +
    `does not match current session '0x1000013a3ae0001' ` +
    `(kafka.zk.KafkaZkClient$CheckedEphemeral)
[2026-11-24 14:47:03,152] ERROR [KafkaServer id=1] Fatal error during ` +
    `KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer)
org.apache.zookeeper.KeeperException$NodeExistsException: KeeperErrorCode = ` +
    `NodeExists
	at kafka.Kafka.main(Kafka.scala)`,
  ],
  "zookeeper-snapshot": [
    `[2026-11-24 14:47:11,150] ERROR Unexpected exception, exiting ` +
    `abnormally (org.apache.zookeeper.server.ZooKeeperServerMain)
java.io.IOException: No snapshot found, but there are log entries. ` +
    `Something is broken!
	at org.apache.zookeeper.server.ZooKeeperServer.loadData(ZooKeeperServer)`,
  ],
  "volume-unwritable": [
    [
      `${kafkaHead}===> Running preflight checks ...
===> Check if /var/lib/kafka/data is writable ...
Command [/usr/local/bin/dub path /var/lib/kafka/data writable] FAILED !`,
      "folder /var/lib/kafka/data",
    ],
    [
      `produce: cannot use STATE_DIR "/deno-dir/crypto-producer": ` +
      "Permission denied (os error 13): mkdir '/deno-dir/crypto-producer'",
      "folder /deno-dir/crypto-producer",
    ],
    [
      `lake run: cannot use LAKE_DIR "/deno-dir/crypto-lake": Permission ` +
      "denied (os error 13): mkdir '/deno-dir/crypto-lake'",
      "folder /deno-dir/crypto-lake",
    ],
  ],
  "old-kafka-variable": [
    [
      `${kafkaHead}port is deprecated. Please use ` +
      "KAFKA_ADVERTISED_LISTENERS instead.",
      "setting port",
    ],
    // Kafka-images, test/test_kafka.py.
    [
      "advertised.host is deprecated. Please use " +
      "KAFKA_ADVERTISED_LISTENERS instead.",
      "setting advertised.host",
    ],
  ],
  "out-of-memory": [
    `===> Launching ...
#
# There is insufficient memory for the Java Runtime Environment to continue.
# Native memory allocation (mmap) failed to map 966367641600 bytes. Error ` +
    `detail: committing reserved memory.`,
    // Java 17, when the heap is too small for the work.
    "Exception in thread main java.lang.OutOfMemoryError: Java heap space",
  ],
  "mount-unreadable": [
    `error: Import 'file:///app/producer/main.ts' failed.
    0: Permission denied (os error 13)`,
    "user 1993 cannot read producer/main.ts: run chmod -R o+rX . in " +
    "the project",
    "produce: cannot read .env: Permission denied (os error 13): " +
    "readfile '/app/.env'",
  ],
  "lake-packages": [
    [
      "lake: cannot get DuckDB 1.5.5 and kafkajs into the lake's volume: " +
      "invalid peer certificate: UnknownIssuer",
      "invalid peer certificate",
    ],
    [
      "lake: cannot get DuckDB's extensions sqlite_scanner and ducklake " +
      "1.5.5 for Linux on arm64: DuckDB's site: Could not establish " +
      "connection; Python's wheels: pip not found in PATH",
      "Could not establish connection",
    ],
  ],
  "deps-missing": [
    "error: JSR package manifest for '@std/cli' failed to load. " +
    "Specifier not found in cache, --cached-only is specified.",
    "produce: Could not find a matching package for " +
    "'npm:kafkajs@2.2.4' in the node_modules directory.",
    "dependencies are missing: run deno task deps",
  ],
  "native-port-taken": [
    "org.apache.kafka.common.KafkaException: Socket server failed to " +
    "bind to 127.0.0.1:9093: Address already in use.",
  ],
  "native-folder-locked": [
    "Failed to acquire lock on file .lock in /state/data. A Kafka " +
    "instance in another process or thread is using this directory.",
  ],
  "native-disk-full": [
    // Kafka 3.9, where the cause of a KafkaStorageException is shown.
    "org.apache.kafka.common.errors.KafkaStorageException: Error while " +
    `writing to checkpoint file /state/data/recovery-point
Caused by: java.io.IOException: No space left on device
org.apache.kafka.common.errors.KafkaStorageException: the log dir is offline`,
  ],
  "native-out-of-memory": [
    "Error occurred during initialization of VM\n" +
    "Could not reserve enough space for 262144KB object heap",
  ],
  "native-folder-denied": [
    // Java's exception for a file of another user.
    "java.nio.file.AccessDeniedException: /state/data/meta.properties",
  ],
  "native-foreign-data": [
    // Kafka's source, MetaPropertiesEnsemble.
    "java.lang.RuntimeException: Stored node id 2 doesn't match " +
    "previous node id 1 in /state/data/meta.properties",
  ],
  "native-data-damaged": [
    // Kafka's source, LegacyRecord.
    "org.apache.kafka.common.errors.CorruptRecordException: Record is " +
    "corrupt (stored crc = 1, computed crc = 2)",
  ],
  "native-jars-damaged": [
    "Error: Could not find or load main class kafka.Kafka",
  ],
};
