import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { readSparkConfig } from "../../tasks/lake/spark/spark_settings.ts";

function read(env: Readonly<Record<string, string>>) {
  return readSparkConfig({
    env: (name) => env[name],
    readText: () => undefined,
  });
}

Deno.test("`readSparkConfig()` needs no setting", () => {
  const config = read({});
  assertEquals(config.image, "apache/spark:3.5.7-java17-python3");
  assertEquals(config.topic, "crypto.prices.raw");
  assertEquals([config.brokers, config.ivy, config.packages, config.prefix], [
    undefined,
    undefined,
    undefined,
    "",
  ]);
});

Deno.test("`readSparkConfig()` takes brokers that Spark can reach, not this machine's", () => {
  const brokers = (env: Readonly<Record<string, string>>) => read(env).brokers;
  const local = { KAFKA_BOOTSTRAP_SERVERS: "localhost:9093, 127.0.0.1:9094" };
  assertEquals(brokers(local), undefined);
  const far = { KAFKA_BOOTSTRAP_SERVERS: "broker.example:9092,localhost:1" };
  assertEquals(brokers(far), far.KAFKA_BOOTSTRAP_SERVERS);
  assertEquals(
    brokers({ ...far, SPARK_KAFKA_BOOTSTRAP_SERVERS: "kafka:29092" }),
    "kafka:29092",
  );
});

Deno.test("`readSparkConfig()` keeps snapshots as the embedded engine does", () => {
  assertEquals(read({}).keepDays, 7);
  assertEquals(read({ LAKE_KEEP_DAYS: "30" }).keepDays, 30);
  assertThrows(() => read({ LAKE_KEEP_DAYS: "a week" }), UsageError);
});

Deno.test("`readSparkConfig()` reports every mistake with its rule", () => {
  const error = assertThrows(() =>
    read({
      SPARK_MEMORY: "lots",
      SPARK_NAMESPACE_PREFIX: "1-x",
      SPARK_CHECKPOINTS: "s3://warehouse/x",
      SPARK_PACKAGES: "iceberg",
      SPARK_IMAGE: "a b",
    }), UsageError);
  for (
    const part of [
      'SPARK_MEMORY is "lots"',
      'SPARK_NAMESPACE_PREFIX is "1-x"',
      "s3a, not s3",
      "group:artifact:version",
      'SPARK_IMAGE is "a b"',
    ]
  ) assertEquals(error.message.includes(part), true, part);
});
