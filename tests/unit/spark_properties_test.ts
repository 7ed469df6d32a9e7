import { assertEquals } from "@std/assert";
import {
  catalogProperties,
  formatProperties,
  parseProperties,
  secretsOf,
  warehouseOf,
} from "../../tasks/lake/spark/spark_properties.ts";

const partA = `# What PART-A gives every Spark session of its notebook.
spark.jars.packages org.apache.hadoop:hadoop-aws:3.3.4
spark.sql.extensions org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions
spark.sql.defaultCatalog iceberg
spark.sql.catalog.iceberg.warehouse s3a://warehouse/
spark.hadoop.fs.s3a.endpoint=http://minio:9000
spark.hadoop.fs.s3a.secret.key : a=b:c
spark.hadoop.fs.s3a.aws.credentials.provider org.apache.SimpleAWSCredentialsProvider
spark.driver.extraJavaOptions -Dx=\\
    1
`;

Deno.test("`parseProperties()` reads the three forms, comments and continued lines", () => {
  const found = parseProperties(partA);
  assertEquals(found["spark.hadoop.fs.s3a.endpoint"], "http://minio:9000");
  assertEquals(found["spark.hadoop.fs.s3a.secret.key"], "a=b:c");
  assertEquals(found["spark.driver.extraJavaOptions"], "-Dx=1");
  assertEquals(Object.keys(found).length, 8);
});

Deno.test("`formatProperties()` writes what `parseProperties()` reads", () => {
  const odd = {
    "a b=c:d": "x\\y \t#z",
    "spark.x": "line\nbreak",
    "spark.password": "p=ss:wörd!",
  };
  assertEquals(parseProperties(formatProperties(odd)), odd);
});

Deno.test("`catalogProperties()` takes catalogs and store, not packages or Java options", () => {
  assertEquals(Object.keys(catalogProperties(parseProperties(partA))), [
    "spark.sql.extensions",
    "spark.sql.defaultCatalog",
    "spark.sql.catalog.iceberg.warehouse",
    "spark.hadoop.fs.s3a.endpoint",
    "spark.hadoop.fs.s3a.secret.key",
    "spark.hadoop.fs.s3a.aws.credentials.provider",
  ]);
});

Deno.test("`secretsOf()` takes values of secrets and no class names", () => {
  assertEquals(secretsOf(parseProperties(partA)), ["a=b:c"]);
  assertEquals(
    secretsOf({ AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "y" }),
    [
      "x",
      "y",
    ],
  );
});

Deno.test("`warehouseOf()` is the default catalog's", () => {
  assertEquals(warehouseOf(parseProperties(partA)), "s3a://warehouse");
  assertEquals(warehouseOf({}), undefined);
});
