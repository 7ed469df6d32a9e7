// Failures as printed by Docker 28.2 on engine 20.10 with Compose 2.26 and Kafka
// 3.9.2, unless `from` names another source. Names, paths and addresses of the
// machine are replaced.

export interface PrintedFailure {
  /** The symptom that it shows. */
  readonly id: string;
  /** The source of its wording, unless it was provoked. */
  readonly from?: string;
  readonly text: string;
  /** The part that the cause repeats. */
  readonly names?: string;
}

const daemon = "Error response from daemon: ";
const endpoint = "driver failed programming external connectivity on " +
  "endpoint crypto-kafka (061c7787b987): ";
const kafkaHead = `===> User
uid=1000(appuser) gid=1000(appuser) groups=1000(appuser)
===> Configuring ...
Running in Zookeeper mode...
`;

/** Output of the engine, Compose and registries. */
export const dockerFailures: readonly PrintedFailure[] = [
  {
    id: "socket-denied",
    text: "permission denied while trying to connect to the Docker daemon " +
      "socket at unix:///var/run/docker.sock: Get " +
      '"http://%2Fvar%2Frun%2Fdocker.sock/v1.50/containers/json": dial unix ' +
      "/var/run/docker.sock: connect: permission denied",
  },
  {
    id: "socket-denied",
    from: "newer Docker, reported by its users",
    text: "permission denied while trying to connect to the docker API at " +
      "unix:///var/run/docker.sock",
  },
  {
    id: "engine-off",
    text: "Cannot connect to the Docker daemon at unix:///var/run/" +
      "docker.sock. Is the docker daemon running?",
  },
  {
    id: "engine-off",
    from: "Docker Desktop on Windows, Docker 29.6, reported by its users",
    text: "failed to connect to the docker API at " +
      "npipe:////./pipe/dockerDesktopLinuxEngine; check if the path is " +
      "correct and if the daemon is running: open " +
      "//./pipe/dockerDesktopLinuxEngine: The system cannot find the file " +
      "specified.",
  },
  {
    id: "port-taken",
    text: `${daemon}${endpoint}Bind for 127.0.0.1:9093 failed: port is ` +
      "already allocated",
    names: "port 9093",
  },
  {
    id: "port-taken",
    text: `${daemon}${endpoint}Error starting userland proxy: listen tcp4 ` +
      "127.0.0.1:9093: bind: address already in use",
    names: "port 9093",
  },
  {
    id: "port-taken",
    from: "newer Docker, reported by its users",
    text: `${daemon}failed to set up container networking: ${endpoint}failed ` +
      "to bind host port for 127.0.0.1:8080:172.31.0.2:8080/tcp: address " +
      "already in use",
    names: "port 8080",
  },
  {
    id: "port-taken",
    from: "Docker Desktop, docker/for-win issue 14407",
    text: `${daemon}Ports are not available: exposing port TCP ` +
      "127.0.0.1:2181 -> 127.0.0.1:0: listen tcp4 127.0.0.1:2181: bind: " +
      "Only one usage of each socket address (protocol/network " +
      "address/port) is normally permitted.",
    names: "port 2181",
  },
  {
    id: "port-taken",
    from: "Docker Desktop with a range that Windows reserves, docker/for-win " +
      "issue 14385",
    text: `${daemon}Ports are not available: exposing port TCP ` +
      "0.0.0.0:8000 -> 0.0.0.0:0: listen tcp 0.0.0.0:8000: bind: An attempt " +
      "was made to access a socket in a way forbidden by its access " +
      "permissions.",
    names: "port 8000",
  },
  {
    id: "network-missing",
    text: `${daemon}network part-a_dasnet not found`,
    names: "network part-a_dasnet",
  },
  {
    id: "network-missing",
    text: ` Container crypto-kafka  Starting
${daemon}network 54f796f36f09aafd5ce37e08011b0e9f59311536 not found`,
    names: "network 54f796f36f09aafd5ce37e08011b0e9f59311536",
  },
  {
    id: "network-missing",
    from: "newer Compose, pkg/compose/create.go",
    text: "network part-a_dasnet declared as external, but could not be found",
    names: "network part-a_dasnet",
  },
  {
    id: "name-taken",
    text: `${daemon}Conflict. The container name "/crypto-kafka" is already ` +
      'in use by container "2e1016ff688d". You have to remove (or rename) ' +
      "that container to be able to reuse that name.",
    names: "container crypto-kafka",
  },
  {
    id: "mount-missing",
    text: `${daemon}invalid mount config for type "bind": bind source path ` +
      "does not exist: /home/ana/crypto-stream/vendor",
    names: "path /home/ana/crypto-stream/vendor",
  },
  {
    id: "registry-limit",
    text: `${daemon}toomanyrequests: You have reached your pull rate limit. ` +
      "You may increase the limit by authenticating and upgrading",
  },
  {
    id: "image-missing",
    text: `${daemon}manifest for registry.example/cp-kafka:7.9.8 not found: ` +
      "manifest unknown: manifest unknown",
    names: "image registry.example/cp-kafka:7.9.8",
  },
  {
    id: "image-missing",
    text: `${daemon}pull access denied for registry.example/cp-kafka, ` +
      "repository does not exist or may require 'docker login': denied: " +
      "requested access to the resource is denied",
    names: "image registry.example/cp-kafka",
  },
  {
    id: "image-missing",
    text: `${daemon}repository registry.example/cp-kafka not found: name ` +
      "unknown: repository name not known to registry",
    names: "image registry.example/cp-kafka",
  },
  { id: "image-missing", text: `${daemon}denied` },
  {
    id: "image-missing",
    text: `${daemon}unauthorized: authentication required`,
  },
  {
    id: "registry-away",
    text: ` kafka Pulling
 kafka Error Get "https://registry.example/v2/": dial tcp: lookup ` +
      `registry.example on 10.0.0.53:53: no such host
${daemon}Get "https://registry.example/v2/": dial tcp: lookup ` +
      "registry.example on 10.0.0.53:53: no such host",
    names: "host registry.example",
  },
  {
    id: "registry-away",
    text: `${daemon}Get "https://192.0.2.2:5000/v2/": net/http: TLS ` +
      "handshake timeout",
    names: "host 192.0.2.2:5000",
  },
  {
    id: "registry-away",
    text: `${daemon}Get "http://127.0.0.1:5000/v2/": dial tcp ` +
      "127.0.0.1:5000: connect: connection refused",
    names: "host 127.0.0.1:5000",
  },
  {
    id: "disk-full",
    from: "not captured: ENOSPC at a write of the engine",
    text: "failed to register layer: write /usr/bin/java: no space left on " +
      "device",
  },
];

/** Output of services that exited, with the lines that followed. */
export const serviceFailures: readonly PrintedFailure[] = [
  {
    id: "cluster-id",
    text: `[2026-11-24 14:47:18,193] ERROR Fatal error during KafkaServer ` +
      `startup. Prepare to shutdown (kafka.server.KafkaServer)
java.lang.RuntimeException: Invalid cluster.id in: ` +
      `/var/lib/kafka/data/meta.properties. Expected ` +
      `bb3ZVKG7SaqMy2N2WFBecg, but read Ztd8KogDTC2cDV7xUyxWJw
	at kafka.server.KafkaServer.startup(KafkaServer.scala:258)
[2026-11-24 14:47:18,195] INFO shutting down (kafka.server.KafkaServer)`,
    names: "file /var/lib/kafka/data/meta.properties",
  },
  {
    id: "mode-switched",
    text: "java.lang.RuntimeException: Found unexpected version in " +
      "/var/lib/kafka/data/meta.properties. ZK-based brokers that are not " +
      "migrating only support version 0 (which is implicit when the " +
      "`version` field is missing).",
    names: "file /var/lib/kafka/data/meta.properties",
  },
  {
    id: "node-exists",
    text: `[2026-11-24 14:47:03,147] ERROR Error while creating ephemeral at ` +
      "/brokers/ids/1, node already exists and owner '0x100001393070001' " +
      `does not match current session '0x1000013a3ae0001' ` +
      `(kafka.zk.KafkaZkClient$CheckedEphemeral)
[2026-11-24 14:47:03,152] ERROR [KafkaServer id=1] Fatal error during ` +
      `KafkaServer startup. Prepare to shutdown (kafka.server.KafkaServer)
org.apache.zookeeper.KeeperException$NodeExistsException: KeeperErrorCode = ` +
      `NodeExists
	at kafka.Kafka.main(Kafka.scala)`,
  },
  {
    id: "zookeeper-snapshot",
    text: `[2026-11-24 14:47:11,150] ERROR Unexpected exception, exiting ` +
      `abnormally (org.apache.zookeeper.server.ZooKeeperServerMain)
java.io.IOException: No snapshot found, but there are log entries. ` +
      `Something is broken!
	at org.apache.zookeeper.server.ZooKeeperServer.loadData(ZooKeeperServer)`,
  },
  {
    id: "volume-unwritable",
    text: `${kafkaHead}===> Running preflight checks ...
===> Check if /var/lib/kafka/data is writable ...
Command [/usr/local/bin/dub path /var/lib/kafka/data writable] FAILED !`,
    names: "folder /var/lib/kafka/data",
  },
  {
    id: "volume-unwritable",
    text: `produce: cannot use STATE_DIR "/deno-dir/crypto-producer": ` +
      "Permission denied (os error 13): mkdir '/deno-dir/crypto-producer'",
    names: "folder /deno-dir/crypto-producer",
  },
  {
    id: "old-kafka-variable",
    text: `${kafkaHead}port is deprecated. Please use ` +
      "KAFKA_ADVERTISED_LISTENERS instead.",
    names: "setting port",
  },
  {
    id: "old-kafka-variable",
    from: "kafka-images, test/test_kafka.py",
    text: "advertised.host is deprecated. Please use " +
      "KAFKA_ADVERTISED_LISTENERS instead.",
    names: "setting advertised.host",
  },
  {
    id: "out-of-memory",
    text: `===> Launching ...
#
# There is insufficient memory for the Java Runtime Environment to continue.
# Native memory allocation (mmap) failed to map 966367641600 bytes. Error ` +
      `detail: committing reserved memory.`,
  },
  {
    id: "out-of-memory",
    from: "Java 17, when the heap is too small for the work",
    text:
      "Exception in thread main java.lang.OutOfMemoryError: Java heap space",
  },
  {
    id: "mount-unreadable",
    text: `error: Import 'file:///app/producer/main.ts' failed.
    0: Permission denied (os error 13)`,
  },
  {
    id: "mount-unreadable",
    text: "user 1993 cannot read producer/main.ts: run chmod -R o+rX . in " +
      "the project",
  },
  {
    id: "mount-unreadable",
    text: "produce: cannot read .env: Permission denied (os error 13): " +
      "readfile '/app/.env'",
  },
  {
    id: "deps-missing",
    text: "error: JSR package manifest for '@std/cli' failed to load. " +
      "Specifier not found in cache, --cached-only is specified.",
  },
  {
    id: "deps-missing",
    text: "produce: Could not find a matching package for " +
      "'npm:kafkajs@2.2.4' in the node_modules directory.",
  },
  { id: "deps-missing", text: "dependencies are missing: run deno task deps" },
];

/** What Java and the broker of the native stack print. */
export const nativeFailures: readonly PrintedFailure[] = [
  {
    id: "native-port-taken",
    text: "org.apache.kafka.common.KafkaException: Socket server failed to " +
      "bind to 127.0.0.1:9093: Address already in use.",
  },
  {
    id: "native-folder-locked",
    text: "Failed to acquire lock on file .lock in /state/data. A Kafka " +
      "instance in another process or thread is using this directory.",
  },
  {
    id: "native-disk-full",
    from: "Kafka 3.9, where the cause of a KafkaStorageException is shown",
    text: "org.apache.kafka.common.errors.KafkaStorageException: Error while " +
      `writing to checkpoint file /state/data/recovery-point
Caused by: java.io.IOException: No space left on device
org.apache.kafka.common.errors.KafkaStorageException: the log dir is offline`,
  },
  {
    id: "native-out-of-memory",
    text: "Error occurred during initialization of VM\n" +
      "Could not reserve enough space for 262144KB object heap",
  },
  {
    id: "native-folder-denied",
    from: "Java's exception for a file of another user",
    text: "java.nio.file.AccessDeniedException: /state/data/meta.properties",
  },
  {
    id: "native-foreign-data",
    from: "Kafka's source, MetaPropertiesEnsemble",
    text: "java.lang.RuntimeException: Stored node id 2 doesn't match " +
      "previous node id 1 in /state/data/meta.properties",
  },
  {
    id: "native-data-damaged",
    from: "Kafka's source, LegacyRecord",
    text: "org.apache.kafka.common.errors.CorruptRecordException: Record is " +
      "corrupt (stored crc = 1, computed crc = 2)",
  },
  {
    id: "native-jars-damaged",
    text: "Error: Could not find or load main class kafka.Kafka",
  },
];
