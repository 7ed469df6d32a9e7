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
    const { stdout, stderr } = await lake.must("run", "--once", "--batch=16");
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

  await t.step("maintain --dry-run says what would be done", async () => {
    const steps = await lake.rows("maintain", "--dry-run");
    const merged = steps.find(({ table, step }) =>
      table === "bronze.crypto_ticks_raw" &&
      step === "rewrite_data_files (dry run)"
    );
    assert(Number(merged?.["files before"]) >= 5, JSON.stringify(steps));
    // A day has one file; a test that runs at midnight has two.
    assert(Number(merged?.["files after"]) <= 2, JSON.stringify(steps));
    assert(
      steps.some(({ step }) => step === "rewrite_manifests (dry run)"),
      JSON.stringify(steps),
    );
  });

  await t.step("neither that nor a second run adds a snapshot", async () => {
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

  await t.step("sql --at has the lake of before an increment", async () => {
    // The newest first: all tables were written then.
    const before = snapshots.find(({ table }) =>
      table === "silver.crypto_ticks"
    );
    const time = String(snapshots[0]?.["time (UTC)"]);
    const more = tick("bitcoin", second + 3_600, "61.000000000000000001");
    await lake.send([more]);
    await lake.must("run", "--once");
    const ticks = "SELECT count(*) AS ticks FROM silver.crypto_ticks";
    // Side by side: all begin with a start of Spark.
    const [now, snapshot, earlier] = await Promise.all([
      lake.rows("sql", counted),
      lake.rows("sql", ticks, `--at=${before?.snapshot}`),
      lake.rows("sql", counted, `--at=${time.replace(" ", "T")}Z`),
    ]);
    assertEquals(now, [{
      ...expected,
      ...{ rows: 65, offsets: 65, ticks: 61, top: "61.000000000000000001" },
    }]);
    assertEquals(snapshot, [{ ticks: 60 }]);
    assertEquals(earlier, [expected]);
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
