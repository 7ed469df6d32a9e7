// Failures that a wrong setting brings about, provoked beside a real PART-A:
// each is one line and a next step, without a stack.

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  packagesFor,
  type SparkVersion,
} from "../../tasks/lake/spark/packages.ts";
import type { Env } from "../harness/clone.ts";
import { makeSparkLake } from "./spark_lake.ts";

const spark: SparkVersion = { version: "3.5.7", scala: "2.12" };

interface Failure {
  /** Settings of the command. */
  readonly env?: Env;
  /** Properties of Spark. */
  readonly properties?: string;
  /** What the line says. */
  readonly cause: RegExp;
  readonly next: RegExp;
}

const failures: Readonly<Record<string, Failure>> = {
  "no Kafka connector": {
    env: {
      SPARK_PACKAGES: packagesFor(spark)
        .filter((it) => !it.includes("kafka")).join(),
    },
    cause: /^Kafka's connector is not in this session/,
    next: /spark-sql-kafka-0-10/,
  },
  "a metastore that does not answer": {
    properties: "spark.sql.catalog.iceberg.uri=thrift://hive-metastore:1",
    cause: /^run on Spark failed: PART-A's metastore cannot be reached/,
    next: /docker logs --tail 50 hive-metastore/,
  },
};

Deno.test("a failure on Spark is one line and a next step", async (t) => {
  await using lake = await makeSparkLake("failures");
  const file = await Deno.makeTempFile();
  try {
    for (const [name, failure] of Object.entries(failures)) {
      await t.step(name, async () => {
        const { env = {}, properties = "", cause, next } = failure;
        await Deno.writeTextFile(file, `${properties}\n`);
        const { code, stdout, stderr } = await lake.lake(["run", "--once"], {
          ...env,
          ...properties === "" ? {} : { SPARK_PROPERTIES_FILE: file },
        });
        assertEquals([code, stdout], [1, ""], stderr);
        const lines = stderr.trimEnd().split("\n");
        const [what = "", step = ""] = lines.slice(-2);
        const head = "lake run --engine=spark: ";
        assert(what.startsWith(head), stderr);
        assertMatch(what.slice(head.length), cause);
        assert(step.startsWith("Next: "), stderr);
        assertMatch(step, next);
        assert(!/^\s+at |Exception/m.test(stderr), stderr);
      });
    }
  } finally {
    await Deno.remove(file);
  }
});
