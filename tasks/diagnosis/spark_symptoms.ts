// What Spark and the libraries around it print when a job fails.

import type { Symptom } from "./symptom.ts";

const rows: readonly Omit<Symptom, "stack">[] = [
  {
    id: "spark-packages-unreachable",
    shows: "unresolved dependency / download failed",
    patterns: [
      /Server access error at url (?<address>\S+) \(java\.net\.(?:UnknownHost|Connect|SocketTimeout|NoRouteToHost)\w*/,
      /\[(?:unresolved dependency|download failed): (?<package>[^\s\]:]+)/,
      /UNRESOLVED DEPENDENCIES|FAILED DOWNLOADS/,
    ],
    cause: "Spark cannot download its packages",
    fix: "check network and proxy (SPARK_PROPERTIES_FILE may set " +
      "`spark.driver.extraJavaOptions`), or name a folder that has them in " +
      "SPARK_IVY",
  },
  {
    id: "spark-kafka-connector",
    shows: "Failed to find data source: kafka",
    patterns: [/Failed to find (?:the )?data source: kafka/],
    cause: "Spark runs without its Kafka connector",
    fix: "leave SPARK_PACKAGES empty, or add " +
      "`org.apache.spark:spark-sql-kafka-0-10_…` of Spark's own version there",
  },
  {
    id: "spark-scala",
    shows: "NoSuchMethodError / NoClassDefFoundError: scala",
    patterns: [
      /(?:NoSuchMethodError|NoClassDefFoundError|ClassNotFoundException): '?[^\n]*\bscala[./]/,
    ],
    cause: "a package was built for another Scala than Spark",
    fix: "leave SPARK_PACKAGES empty, or name packages there that end in " +
      "Spark's own Scala (`_2.12` for Spark 3, `_2.13` for Spark 4)",
  },
  {
    id: "spark-java",
    shows: "UnsupportedClassVersionError",
    patterns: [
      /UnsupportedClassVersionError: (?<class>\S+) has been compiled by a more recent version/,
      /UnsupportedClassVersionError/,
    ],
    cause: "the Java of Spark is older than a package needs: Iceberg needs 17",
    fix: "use an image with Java 17, such as the default of SPARK_IMAGE",
  },
  {
    id: "spark-broker-unreachable",
    shows: "Connection to node -1 … could not be established",
    patterns: [
      /Connection to node -?\d+ \((?<broker>[^)]+)\) could not be established/,
      /No resolvable bootstrap urls given in bootstrap\.servers/,
      /Couldn't resolve server (?<broker>\S+) from bootstrap\.servers/,
      /Timed out waiting for a node assignment/,
      /Failed to (?:construct|create new) Kafka(?:AdminClient|Consumer|\s*AdminClient)/i,
    ],
    cause: "Spark cannot reach the broker: inside PART-A's network it is " +
      "kafka:29092; localhost, 9092 and 9093 are for other places",
    fix: "leave SPARK_KAFKA_BOOTSTRAP_SERVERS empty, and check the stack",
    commands: ["deno task verify"],
  },
  {
    id: "spark-broker-login",
    shows: "SaslAuthenticationException",
    patterns: [/SaslAuthenticationException|SslAuthenticationException/],
    cause: "the broker refuses the user, or its certificate is not trusted",
    fix: "check KAFKA_SASL_* and KAFKA_SSL_*; the same for the producer",
    commands: ["deno task verify"],
  },
  {
    id: "spark-topic-missing",
    shows: "UnknownTopicOrPartitionException",
    patterns: [
      /UnknownTopicOrPartitionException|does not host this topic-partition/,
    ],
    cause: "the topic does not exist on the broker",
    fix: "check KAFKA_TOPIC, or create the topic",
    commands: ["deno task setup"],
  },
  {
    id: "spark-other-checkpoint",
    shows: "… are gone. Some data may have been missed",
    patterns: [
      /Set\((?<partitions>[^)]+)\) are gone\. Some data may have been missed/,
    ],
    cause:
      "the checkpoint belongs to another topic, or the topic was deleted " +
      "while the stream ran",
    fix: "start again: a new epoch has a checkpoint of its own",
    commands: ["deno task lake run --engine=spark --once"],
  },
  {
    id: "spark-two-streams",
    shows: "Multiple streaming jobs detected",
    patterns: [/Multiple streaming jobs detected/],
    cause: "another job writes to the same lake",
    fix: "end it, then start one",
    commands: [
      "deno task lake stop --engine=spark",
      "deno task lake run --engine=spark",
    ],
  },
  {
    id: "spark-metastore-method",
    shows: "Invalid method name: 'get_table'",
    patterns: [/Invalid method name: '?(?<method>get_table)'?/],
    cause:
      "the metastore is Hive 4.0.1 or later, which Iceberg's client does " +
      "not speak with",
    fix: "use PART-A's `apache/hive:4.0.0`",
  },
  {
    id: "spark-metastore-away",
    shows: "Failed to connect to Hive Metastore",
    patterns: [
      /Failed to connect to Hive Metastore/i,
      /Could not connect to meta ?store/i,
      /UnknownHostException: (?<metastore>hive-metastore)/,
      /Failed to get table info from metastore/,
      /TTransportException/,
    ],
    cause: "PART-A's metastore cannot be reached",
    fix: "start PART-A; its log",
    commands: ["docker logs --tail 50 hive-metastore"],
  },
  {
    id: "spark-lock",
    shows: "Timed out after … ms waiting for lock",
    patterns: [
      /Timed out after (?<ms>\d+) ms waiting for lock on (?<table>[\w.]+)/,
    ],
    cause: "a writer that was killed left a lock in PART-A's metastore",
    fix: "clear it, once it is five minutes old",
    commands: ["deno task lake maintain --engine=spark --clear-locks"],
  },
  {
    id: "spark-bucket",
    shows: "NoSuchBucket",
    patterns: [
      /Bucket (?<bucket>\S+) does not exist/,
      /NoSuchBucket|The specified bucket does not exist/,
    ],
    cause: "the bucket of the warehouse does not exist",
    fix: "create it as PART-A does, again with",
    commands: ["docker start hive-minio-init"],
  },
  {
    id: "spark-store-denied",
    shows: "InvalidAccessKeyId / SignatureDoesNotMatch",
    patterns: [
      /InvalidAccessKeyId|SignatureDoesNotMatch|Status Code: 403/,
    ],
    cause: "the object store refuses the credentials",
    fix: "correct spark.hadoop.fs.s3a.access.key and secret.key in PART-A's " +
      "spark-defaults.conf, or in SPARK_PROPERTIES_FILE",
  },
  {
    id: "spark-store-away",
    shows: "Connect to minio:9000 … failed",
    patterns: [
      /Connect to (?<store>\S+:9000) [^\n]*failed/,
      /UnknownHostException: (?<store>(?:\w+\.)?minio)/,
      /Unable to execute HTTP request/,
    ],
    cause: "the object store cannot be reached",
    fix: "start PART-A; its log",
    commands: ["docker logs --tail 50 hive-minio"],
  },
  {
    id: "spark-s3-scheme",
    shows: 'No FileSystem for scheme "s3"',
    patterns: [/No FileSystem for scheme "?s3"?(?:[^a\w]|$)/],
    cause: "an address starts with s3://, which PART-A does not know",
    fix: "write s3a:// in SPARK_CHECKPOINTS and in the catalog's warehouse",
  },
  {
    id: "spark-s3-file-io",
    shows: "Cannot initialize FileIO",
    patterns: [/Cannot initialize FileIO/],
    cause: "the catalog asks for S3FileIO, whose package PART-A does not have",
    fix: "remove io-impl from the catalog's properties",
  },
  {
    id: "spark-managed-root",
    shows: "… should not be located within managed warehouse root directory",
    patterns: [
      /should not be located within managed warehouse root directory/,
    ],
    cause: "the catalog's warehouse is a folder inside the metastore's own",
    fix:
      "set both to the same address, as PART-A does, or to two that do not " +
      "contain each other",
  },
  {
    id: "spark-metadata-gone",
    shows: "Failed to open input stream for file: ….metadata.json",
    patterns: [
      /Failed to open input stream for file: (?<file>\S+\.metadata\.json)/,
    ],
    cause: "the metastore knows a table whose files are gone: the object " +
      "store was emptied and the metastore was not",
    fix: "remove PART-A with both of its volumes and start it again",
  },
  {
    id: "spark-out-of-memory",
    shows: "OutOfMemoryError: Java heap space",
    patterns: [
      /OutOfMemoryError|GC overhead limit exceeded/,
      /Cannot allocate memory|insufficient memory for the Java Runtime/,
    ],
    cause: "the job needs more memory than it has",
    fix: "set SPARK_MEMORY=2g, or read less at once",
    commands: ["deno task lake run --engine=spark --batch=20000"],
  },
  {
    id: "spark-program-unreadable",
    shows: "can't open file '/crypto-stream/spark/main.py'",
    patterns: [
      /can't open file '(?<file>[^']*main\.py)'|FileNotFoundException: File (?<missing>\S*main\.py) does not exist/,
    ],
    cause: "the container's user cannot read this project",
    fix: "make it readable for others",
    commands: ["chmod -R o+rX ."],
  },
  {
    id: "spark-no-python",
    shows: 'Cannot run program "python3"',
    patterns: [/Cannot run program "(?<program>python3?)"/],
    cause: "the image has no Python",
    fix: "use an image with Python, such as the default of SPARK_IMAGE",
  },
];

/** In the order of the documentation. */
export const sparkSymptoms: readonly Symptom[] = rows
  .map((row) => ({ ...row, stack: "spark" as const }));
