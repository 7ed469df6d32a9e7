import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  packagesFor,
  refuseOldIceberg,
  versionOfImage,
  versionOfJars,
} from "../../tasks/lake/spark/packages.ts";

const partA = [
  "org.apache.iceberg:iceberg-spark-runtime-3.4_2.12:1.4.3",
  "org.apache.hadoop:hadoop-aws:3.3.4",
  "com.amazonaws:aws-java-sdk-bundle:1.12.262",
];

Deno.test("`packagesFor()` replaces an Iceberg that loses rows, and keeps PART-A's own", () => {
  const own = [...partA, "org.postgresql:postgresql:42.6.0"];
  assertEquals(packagesFor({ version: "3.4.1", scala: "2.12" }, own), [
    "org.apache.iceberg:iceberg-spark-runtime-3.4_2.12:1.5.2",
    "org.apache.hadoop:hadoop-aws:3.3.4",
    "com.amazonaws:aws-java-sdk-bundle:1.12.262",
    "org.apache.spark:spark-sql-kafka-0-10_2.12:3.4.1",
    "org.postgresql:postgresql:42.6.0",
  ]);
});

Deno.test("`packagesFor()` fits the Spark, not PART-A's", () => {
  assertEquals(packagesFor({ version: "3.5.7", scala: "2.12" }, partA), [
    "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.11.0",
    "org.apache.hadoop:hadoop-aws:3.3.4",
    "com.amazonaws:aws-java-sdk-bundle:1.12.262",
    "org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.7",
  ]);
  assertEquals(packagesFor({ version: "4.0.0", scala: "2.13" }, partA), [
    "org.apache.iceberg:iceberg-spark-runtime-4.0_2.13:1.11.0",
    "org.apache.hadoop:hadoop-aws:3.4.1",
    "org.apache.spark:spark-sql-kafka-0-10_2.13:4.0.0",
  ]);
});

Deno.test("`packagesFor()` refuses a Spark that is not known", () => {
  for (const version of ["3.3.4", "5.0.0"]) {
    assertThrows(
      () => packagesFor({ version, scala: "2.12" }),
      CommandError,
      `Spark ${version}`,
    );
  }
});

Deno.test("`refuseOldIceberg()` knows 1.5.2 from 1.5.1 and 1.11.0", () => {
  const of = (version: string) => [
    `org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:${version}`,
  ];
  for (const version of ["1.5.2", "1.5.3", "1.11.0", "2.0"]) {
    refuseOldIceberg(of(version));
  }
  for (const version of ["1.4.3", "1.5.1", "1.5", "0.14.1", "1.5.1-rc1"]) {
    assertThrows(
      () => refuseOldIceberg(of(version)),
      CommandError,
      `${version} loses rows`,
    );
  }
  refuseOldIceberg(["org.apache.hadoop:hadoop-aws:1.0.0"]);
});

Deno.test("`versionOfJars()` reads Spark and Scala from a jar's name", () => {
  assertEquals(
    versionOfJars(
      "activation-1.1.1.jar\n/usr/local/spark/jars/spark-core_2.12-3.4.1.jar\n",
    ),
    { version: "3.4.1", scala: "2.12" },
  );
  assertEquals(
    versionOfJars("spark-core_2.13-4.0.0.jar"),
    { version: "4.0.0", scala: "2.13" },
  );
  assertEquals(versionOfJars("/x/jars/spark-core_*.jar"), undefined);
});

Deno.test("`versionOfImage()` reads tags of Apache's images alone", () => {
  const v3 = { version: "3.5.7", scala: "2.12" };
  assertEquals(versionOfImage("apache/spark:3.5.7-java17-python3"), v3);
  assertEquals(versionOfImage("registry.example/apache/spark:3.5.7"), v3);
  assertEquals(
    versionOfImage("apache/spark:3.5.7-scala2.13-java17-python3-ubuntu"),
    { version: "3.5.7", scala: "2.13" },
  );
  assertEquals(
    versionOfImage("apache/spark:4.0.0-python3"),
    { version: "4.0.0", scala: "2.13" },
  );
  assertEquals(versionOfImage("apache/spark:latest"), undefined);
  assertEquals(versionOfImage("my/spark:3.5.7"), undefined);
});
