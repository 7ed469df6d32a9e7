/**
 * The texts that Kafka is started with.
 *
 * @module
 */

/** What the broker's settings depend on. */
export interface BrokerSettings {
  /** The port for clients. */
  readonly port: number;
  /** The port of the controller in the same process. */
  readonly controllerPort: number;
  /** Folder of the data. */
  readonly dataDir: string;
}

/** Kafka reads backslashes as escapes in properties files. */
const slashes = (path: string) => path.replaceAll("\\", "/");

/**
 * `server.properties`: one broker that is its own controller (KRaft), on
 * loopback only. Clients reach it under the same name as the Compose stack's.
 */
export function serverProperties(settings: BrokerSettings): string {
  const { port, controllerPort, dataDir } = settings;
  return [
    "process.roles=broker,controller",
    "node.id=1",
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    "controller.listener.names=CONTROLLER",
    "inter.broker.listener.name=EXTERNAL",
    `listeners=EXTERNAL://127.0.0.1:${port},` +
    `CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=EXTERNAL://localhost:${port}`,
    "listener.security.protocol.map=" +
    "CONTROLLER:PLAINTEXT,EXTERNAL:PLAINTEXT",
    `log.dirs=${slashes(dataDir)}`,
    "auto.create.topics.enable=false",
    "offsets.topic.num.partitions=1",
    "offsets.topic.replication.factor=1",
    "transaction.state.log.num.partitions=1",
    "transaction.state.log.replication.factor=1",
    "transaction.state.log.min.isr=1",
    "group.initial.rebalance.delay.ms=0",
    // The default takes 128 MB of heap for compaction, which no topic here has.
    "log.cleaner.dedupe.buffer.size=2097152",
    "",
  ].join("\n");
}

/** `log4j.properties`: one file that rolls over at 10 MB. */
export function log4jProperties(logFile: string): string {
  return [
    "log4j.rootLogger=INFO, file",
    "log4j.appender.file=org.apache.log4j.RollingFileAppender",
    `log4j.appender.file.File=${slashes(logFile)}`,
    "log4j.appender.file.MaxFileSize=10MB",
    "log4j.appender.file.MaxBackupIndex=2",
    "log4j.appender.file.layout=org.apache.log4j.PatternLayout",
    "log4j.appender.file.layout.ConversionPattern=%d{ISO8601} %p %m (%c)%n",
    "",
  ].join("\n");
}

/** A cluster id: 16 random bytes in base64url, without a dash in front. */
export function clusterId(bytes: Uint8Array): string {
  const text = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  return text.startsWith("-") ? `A${text.slice(1)}` : text;
}

/** JVM flags: little memory and a quick start rather than peak speed. */
export const jvmFlags: readonly string[] = [
  "-Xms128m",
  "-Xmx256m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Xshare:auto",
  "-Djava.awt.headless=true",
];
