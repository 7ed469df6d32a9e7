// Failures in the form that Spark 3.4 and 3.5 print them with Iceberg, Hive 4.0.0
// and MinIO. The messages of Iceberg, the metastore and the store were seen; the
// lines of Spark and Maven around some of them follow their known form.

import type { Printed } from "./failures.ts";

const streamHead = "pyspark.errors.exceptions.captured." +
  "StreamingQueryException: [STREAM_FAILED] Query [id = 0b6a, runId = 5c2e] " +
  "terminated with exception: ";

/** By the symptom's id, in the order of the table. */
export const sparkFailures: Readonly<Record<string, readonly Printed[]>> = {
  "spark-packages-unreachable": [
    [
      ":: problems summary ::\n:::: ERRORS\n\tServer access error at url " +
      "https://maven.example/org/apache/iceberg/x.pom " +
      "(java.net.UnknownHostException: maven.example)",
      "address https://maven.example/org/apache/iceberg/x.pom",
    ],
    [
      'Exception in thread "main" java.lang.RuntimeException: [unresolved ' +
      "dependency: org.apache.spark#spark-sql-kafka-0-10_2.12;3.5.9: not " +
      "found]\n\tat org.apache.spark.deploy.SparkSubmitUtils$" +
      ".resolveMavenCoordinates(SparkSubmit.scala:1587)",
      "package org.apache.spark#spark-sql-kafka-0-10_2.12;3.5.9",
    ],
    [
      'Exception in thread "main" java.lang.RuntimeException: [download ' +
      "failed: org.apache.iceberg#iceberg-spark-runtime-3.5_2.12;1.11.0!" +
      "iceberg-spark-runtime-3.5_2.12.jar]",
      "iceberg-spark-runtime-3.5_2.12",
    ],
  ],
  "spark-kafka-connector": [
    "pyspark.errors.exceptions.captured.AnalysisException: Failed to find " +
    "data source: kafka. Please deploy the application as per the deployment " +
    "section of Structured Streaming + Kafka Integration Guide.",
    "org.apache.spark.SparkClassNotFoundException: [DATA_SOURCE_NOT_FOUND] " +
    "Failed to find the data source: kafka. Please find packages at " +
    "`https://spark.apache.org/third-party-projects.html`.",
  ],
  "spark-scala": [
    "py4j.protocol.Py4JJavaError: An error occurred while calling o43.load.\n" +
    ": java.lang.NoClassDefFoundError: scala/$less$colon$less\n" +
    "\tat org.apache.spark.sql.kafka010.KafkaSourceProvider.<init>",
    "java.lang.NoSuchMethodError: 'scala.collection.immutable.ArraySeq " +
    "scala.runtime.ScalaRunTime$.wrapRefArray(java.lang.Object[])'",
  ],
  "spark-java": [
    [
      "java.lang.UnsupportedClassVersionError: org/apache/iceberg/spark/" +
      "SparkCatalog has been compiled by a more recent version of the Java " +
      "Runtime (class file version 61.0), this version of the Java Runtime " +
      "only recognizes class file versions up to 55.0",
      "class org/apache/iceberg/spark/SparkCatalog",
    ],
  ],
  "spark-broker-unreachable": [
    [
      "26/11/26 02:51:07 WARN NetworkClient: [AdminClient " +
      "clientId=adminclient-1] Connection to node -1 " +
      "(localhost/127.0.0.1:9092) could not be established. Broker may not " +
      "be available.",
      "broker localhost/127.0.0.1:9092",
    ],
    [
      "26/11/26 02:51:07 WARN ClientUtils: Couldn't resolve server " +
      "nowhere:29092 from bootstrap.servers as DNS resolution failed for " +
      "nowhere",
      "broker nowhere:29092",
    ],
    "Caused by: org.apache.kafka.common.config.ConfigException: No " +
    "resolvable bootstrap urls given in bootstrap.servers",
    `${streamHead}org.apache.kafka.common.errors.TimeoutException: Timed out ` +
    "waiting for a node assignment. Call: describeTopics",
  ],
  "spark-broker-login": [
    "Caused by: org.apache.kafka.common.errors.SaslAuthenticationException: " +
    "Authentication failed during authentication due to invalid credentials " +
    "with SASL mechanism SCRAM-SHA-256",
  ],
  "spark-topic-missing": [
    `${streamHead}org.apache.kafka.common.errors.` +
    "UnknownTopicOrPartitionException: This server does not host this " +
    "topic-partition.",
  ],
  "spark-other-checkpoint": [
    [
      `${streamHead}java.lang.IllegalStateException: Set(prices.old-0) are ` +
      "gone. Some data may have been missed.. \nSome data may have been lost " +
      "because they are not available in Kafka any more; either the data was " +
      "aged out",
      "partitions prices.old-0",
    ],
  ],
  "spark-two-streams": [
    `${streamHead}java.util.ConcurrentModificationException: Concurrent ` +
    "update to the commit log. Multiple streaming jobs detected for 23",
  ],
  "spark-metastore-method": [
    [
      "java.lang.RuntimeException: Failed to get table info from metastore " +
      "n401.t\nCaused by: org.apache.thrift.TApplicationException: Invalid " +
      "method name: 'get_table'",
      "method get_table",
    ],
  ],
  "spark-metastore-away": [
    ": org.apache.iceberg.hive.RuntimeMetaException: Failed to connect to " +
    "Hive Metastore\n\tat org.apache.iceberg.hive.HiveClientPool.newClient",
    "Caused by: MetaException(message:Could not connect to meta store using " +
    "any of the URIs provided. Most recent failure: org.apache.thrift." +
    "transport.TTransportException: java.net.ConnectException: Connection " +
    "refused (Connection refused)",
    "java.lang.RuntimeException: Failed to get table info from metastore " +
    "bronze.crypto_ticks_raw",
    [
      "Caused by: java.net.UnknownHostException: hive-metastore",
      "metastore hive-metastore",
    ],
  ],
  "spark-lock": [
    [
      "Caused by: org.apache.iceberg.hive.LockException: Timed out after " +
      "182084 ms waiting for lock on bronze.klock2",
      "table bronze.klock2",
    ],
  ],
  "spark-bucket": [
    [
      "java.io.FileNotFoundException: Bucket warehouse does not exist",
      "bucket warehouse",
    ],
    "com.amazonaws.services.s3.model.AmazonS3Exception: The specified bucket " +
    "does not exist (Service: Amazon S3; Status Code: 404; Error Code: " +
    "NoSuchBucket; Request ID: 18A)",
  ],
  "spark-store-denied": [
    "java.nio.file.AccessDeniedException: s3a://warehouse/bronze.db: " +
    "getFileStatus on s3a://warehouse/bronze.db: com.amazonaws.services.s3." +
    "model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: " +
    "403; Error Code: 403 Forbidden; Request ID: 18A)",
  ],
  "spark-store-away": [
    [
      "Caused by: org.apache.http.conn.HttpHostConnectException: Connect to " +
      "minio:9000 [minio/172.18.0.3] failed: Connection refused",
      "store minio:9000",
    ],
    "com.amazonaws.SdkClientException: Unable to execute HTTP request: " +
    "Connection reset",
  ],
  "spark-s3-scheme": [
    "org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for " +
    'scheme "s3"',
  ],
  "spark-s3-file-io": [
    "java.lang.IllegalArgumentException: Cannot initialize FileIO, missing " +
    "no-arg constructor: org.apache.iceberg.aws.s3.S3FileIO",
  ],
  "spark-managed-root": [
    "MetaException(message:An external table's location should not be located " +
    "within managed warehouse root directory of its database)",
  ],
  "spark-metadata-gone": [
    [
      "org.apache.iceberg.exceptions.NotFoundException: Failed to open input " +
      "stream for file: s3a://warehouse/pit_lost.db/t/metadata/00001-a.metadata.json",
      "file s3a://warehouse/pit_lost.db/t/metadata/00001-a.metadata.json",
    ],
  ],
  "spark-out-of-memory": [
    "java.lang.OutOfMemoryError: Java heap space",
    "OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory(0x0, 1, 0) " +
    "failed; error='Cannot allocate memory' (errno=12)",
  ],
  "spark-program-unreadable": [
    [
      "python3: can't open file '/crypto-stream/spark/main.py': [Errno 13] " +
      "Permission denied",
      "file /crypto-stream/spark/main.py",
    ],
  ],
  "spark-no-python": [
    [
      'Exception in thread "main" java.io.IOException: Cannot run program ' +
      '"python3": error=2, No such file or directory',
      "program python3",
    ],
  ],
};
