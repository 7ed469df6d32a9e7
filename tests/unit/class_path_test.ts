import { assertEquals } from "@std/assert";
import { jarArgs, jarsOf } from "../../tasks/lake/spark/class_path.ts";
import { packagesFor } from "../../tasks/lake/spark/packages.ts";

const packages = packagesFor({ version: "3.5.7", scala: "2.12" });

Deno.test("jarsOf() names each jar that Spark does not have, as Ivy does", () => {
  assertEquals(jarsOf(packages), [
    "org.apache.iceberg_iceberg-spark-runtime-3.5_2.12-1.11.0.jar",
    "org.apache.hadoop_hadoop-aws-3.3.4.jar",
    "org.wildfly.openssl_wildfly-openssl-1.0.7.Final.jar",
    "com.amazonaws_aws-java-sdk-bundle-1.12.262.jar",
    "org.apache.spark_spark-sql-kafka-0-10_2.12-3.5.7.jar",
    "org.apache.kafka_kafka-clients-3.4.1.jar",
    "org.apache.commons_commons-pool2-2.11.1.jar",
    "org.apache.spark_spark-token-provider-kafka-0-10_2.12-3.5.7.jar",
  ]);
  const old = jarsOf(packagesFor({ version: "3.4.1", scala: "2.12" })) ?? [];
  assertEquals(old.includes("org.apache.kafka_kafka-clients-3.3.2.jar"), true);
});

Deno.test("jarsOf() does not guess what an unknown package brings", () => {
  assertEquals(jarsOf([...packages, "org.example:more_2.12:1.0"]), undefined);
  const next = packagesFor({ version: "4.0.0", scala: "2.13" });
  assertEquals(jarsOf(next), undefined);
});

Deno.test("jarArgs() leaves it to Spark for executors elsewhere, and for own settings", () => {
  for (
    const properties of [
      { "spark.master": "spark://host:7077" },
      { "spark.master": "local-cluster[2,1,1024]" },
      { "spark.driver.extraClassPath": "/own.jar" },
      { "spark.jars.packages": "a:b:1" },
    ]
  ) assertEquals(jarArgs(packages, properties), [packages.join(","), ""]);
  for (const properties of [{}, { "spark.master": "local[*]" }]) {
    assertEquals(jarArgs(packages, properties)[1].split(" ").length, 8);
  }
});
