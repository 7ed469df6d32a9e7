// The lake's commands as a user of PART-A runs them.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeSparkLake, tick } from "./spark_lake.ts";

const second = 1_764_758_514;

/** 60 observations, and four records that are none. */
const values: readonly (string | Uint8Array | null)[] = [
  ...Array.from(
    { length: 60 },
    (_, at) =>
      tick("bitcoin", second + 60 * at, `${at + 1}.000000000000000001`),
  ),
  "not JSON",
  null,
  Uint8Array.of(0xff, 0x00, 0xfe),
  // The same observation again.
  tick("bitcoin", second, "1.000000000000000001"),
];

const counted = `SELECT count(*) AS rows,
  count(DISTINCT kafka_partition, kafka_offset) AS offsets,
  (SELECT count(*) FROM silver.crypto_ticks) AS ticks,
  (SELECT count(*) FROM silver.crypto_rejects) AS rejects,
  (SELECT CAST(max(price_usd) AS STRING) FROM silver.crypto_ticks) AS top
  FROM bronze.crypto_ticks_raw`;

Deno.test("the lake on Spark, from the topic to gold", async (t) => {
  await using lake = await makeSparkLake("commands");
  await lake.send(values);
  const expected = {
    rows: 64,
    offsets: 64,
    ticks: 60,
    rejects: 3,
    top: "60.000000000000000001",
  };
  let snapshots: Record<string, unknown>[] = [];

  await t.step("run --once brings the topic into the lake", async () => {
    const { stdout, stderr } = await lake.must("run", "--once");
    assertStringIncludes(stdout, "Everything is in the lake");
    for (
      const step of [
        "Spark 3.5.7, Iceberg 1.11.0",
        "bronze: ",
        "silver: ",
        "gold.",
      ]
    ) {
      assertStringIncludes(stderr, step);
    }
  });

  await t.step("sql reads it, decimals in full", async () => {
    assertEquals(await lake.rows("sql", counted), [expected]);
  });

  await t.step("history has the snapshots of a table", async () => {
    snapshots = await lake.rows("history", "--limit=200");
    assert(snapshots.length > 3, JSON.stringify(snapshots));
    const tables = snapshots.map(({ table }) => table);
    assert(tables.includes("silver.crypto_ticks"), tables.join());
  });

  await t.step("a second run adds nothing, and no snapshot", async () => {
    await lake.must("run", "--once");
    assertEquals(await lake.rows("history", "--limit=200"), snapshots);
  });

  await t.step("status has lag and rows", async () => {
    const { stdout } = await lake.must("status", "--json");
    const { run, topic, lag, rows } = JSON.parse(stdout);
    assertEquals([run, topic, lag], [null, lake.topic, { "0": 0, "1": 0 }]);
    assertEquals(rows["silver.crypto_ticks"], 60);
  });

  await t.step("verify proves it", async () => {
    const { stdout } = await lake.must("verify", "--json");
    const { ok, checks } = JSON.parse(stdout);
    assertEquals(ok, true, stdout);
    assert(checks.length > 5, stdout);
  });

  await t.step("maintain reports what it did", async () => {
    const steps = await lake.rows("maintain");
    assert(steps.some(({ table }) => table === "silver.crypto_ticks"));
  });

  await t.step(
    "mistakes are refused in one line, with the next step",
    async () => {
      const image = await lake.lake(["run", "--once"], {
        SPARK_IMAGE: "localhost:1/no/such:1",
      });
      assertEquals(image.code, 1);
      assertStringIncludes(image.stderr, "Next: ");
      const old = await lake.lake(["run", "--once"], {
        SPARK_PACKAGES:
          "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.4.3",
      });
      assertEquals(old.code, 1);
      assertStringIncludes(old.stderr, "loses rows of restarted streams");
      const none = await lake.lake(["sql", "SELECT * FROM silver.nothing"]);
      assertEquals(none.code, 1);
      assertStringIncludes(none.stderr, "Next: ");
      assert(!none.stderr.includes("\tat "), none.stderr);
    },
  );
});
