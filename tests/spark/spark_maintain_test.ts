// Maintenance beside a job that writes: small files are merged, snapshots
// expire, a file that nothing names goes; and a lock is found and cleared.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../harness/until.ts";
import { plantFile, plantLock } from "./planted.ts";
import {
  contents,
  createSender,
  expectedOf,
  type Sender,
} from "./sent_records.ts";
import { makeSparkLake, type SparkLake } from "./spark_lake.ts";

const bronze = "bronze.crypto_ticks_raw";

/** Commits of bronze before the maintenance: more snapshots than it keeps. */
const commits = 12;

/** Records of a commit, half of them from each of two partitions. */
const batch = 10;

/** Sends beside the maintenance: each makes two files of bronze at most. */
const sends = 5;

/** A `run` that goes on. */
function follow(lake: SparkLake) {
  const lines: string[] = [];
  const job = lake.start(
    ["run", "--trigger=1", `--batch=${batch}`],
    (line) => lines.push(line),
  );
  let hasEnded = false;
  job.ended.finally(() => hasEnded = true);
  const wait = (what: string, holds: () => boolean) =>
    until(what, () => {
      if (hasEnded) throw new Error(lines.join("\n"));
      return holds();
    }, 300_000);
  const commits = () => lines.filter((it) => it.startsWith("bronze: ")).length;
  const last = (start: string) =>
    lines.findLastIndex((line) => line.startsWith(start));
  return {
    lines,
    ended: job.ended,
    commits,
    hasCommits: (least: number) =>
      wait(`bronze has ${least} commits`, () => commits() >= least),
    /** Silver has so many ticks, and gold has them too. */
    hasTicks: (expected: number) =>
      wait(`gold has ${expected} ticks`, () => {
        const found = lines.map((line) =>
          /^silver: (\d+) ticks/.exec(line)?.[1]
        )
          .reduce((sum, ticks) => sum + Number(ticks ?? 0), 0);
        return found >= expected &&
          last("gold.fact_crypto_hourly: ") > last("silver: ");
      }),
  };
}

type Rows = Record<string, unknown>[];

/** The figures of a step: before, after. */
function figures(rows: Rows, table: string, step: string, name: string) {
  const row = rows.find((it) => it.table === table && it.step === step);
  const found = ["before", "after"].map((when) => row?.[`${name} ${when}`]);
  if (found.every((it) => typeof it === "number")) return found;
  throw new Error(`no ${name} of ${step}, ${table}: ${JSON.stringify(rows)}`);
}

/** Compares all rows with what was sent. */
async function judge(lake: SparkLake, { sent }: Sender): Promise<void> {
  const rows = await lake.rows("sql", contents);
  const expected = expectedOf(sent);
  for (const name of ["bronze", "ticks", "rejects", "hours"] as const) {
    const found = rows.filter(({ part }) => part === name)
      .map(({ line }) => String(line)).toSorted();
    assertEquals(found, expected[name], name);
  }
}

Deno.test("maintenance on Spark, beside a job that writes", async (t) => {
  await using lake = await makeSparkLake("maintain");
  const prefix = lake.env.SPARK_NAMESPACE_PREFIX;
  const sender = createSender(
    `localhost:${lake.env.KAFKA_HOST_PORT}`,
    lake.topic,
  );
  await sender.send(commits * batch / 2);
  const run = follow(lake);
  await run.hasCommits(commits);
  const folder = `${prefix}silver.db/crypto_ticks/data`;
  const [old, young] = await Promise.all([
    plantFile(`${folder}/planted-old.parquet`, 5),
    plantFile(`${folder}/planted-young.parquet`, 2),
  ]);

  const isMaintained = await t.step(
    "files are merged, snapshots expire, an old orphan goes",
    async () => {
      // A second: all but the newest ones expire.
      const maintained = lake.rows("maintain", "--keep=0.00001");
      let isOver = false;
      maintained.finally(() => isOver = true).catch(() => {});
      for (let sent = 0; sent < sends && !isOver; sent++) {
        const before = run.commits();
        await sender.send(1);
        await run.hasCommits(before + 1);
      }
      const rows = await maintained;
      const merged = figures(rows, bronze, "rewrite_data_files", "files");
      const expired = figures(rows, bronze, "expire_snapshots", "snapshots");
      const manifests = figures(rows, bronze, "rewrite_manifests", "manifests");
      for (const [before = 0, after = 0] of [merged, expired, manifests]) {
        assert(after < before, JSON.stringify(rows));
      }
      assert((merged[0] ?? 0) >= 2 * commits, JSON.stringify(merged));
      assert((expired[0] ?? 0) > 10, JSON.stringify(expired));
      const orphans = rows.find(({ table, step }) =>
        table === "silver.crypto_ticks" && step === "remove_orphan_files"
      );
      assertEquals(orphans?.orphans, 1, JSON.stringify(rows));
      assertEquals([await old.isThere(), await young.isThere()], [false, true]);
    },
  );

  await t.step(
    "the job goes on, and locks are not cleared under it",
    async () => {
      await sender.send(1);
      await run.hasTicks(expectedOf(sender.sent).ticks.length);
      const { code, stderr } = await lake.lake(["maintain", "--clear-locks"]);
      assertEquals(code, 1, stderr);
      assertStringIncludes(stderr, `the container ${lake.jobName} writes`);
      await lake.must("stop");
      assertEquals((await run.ended).code, 0, run.lines.join("\n"));
    },
  );
  // The rest would only say the same again.
  if (!isMaintained) return;

  await using stale = await plantLock(`${prefix}gold.crypto_latest`, 400);
  await using held = await plantLock(`${prefix}gold.crypto_latest`, 10);

  await t.step("verify finds a stale lock and nothing else", async () => {
    // Side by side: both begin with a start of Spark.
    const [{ code, stdout }] = await Promise.all([
      lake.lake(["verify", "--json"]),
      judge(lake, sender),
    ]);
    assertEquals(code, 1, stdout);
    const failed: { name: string; detail: string; next: string }[] = JSON
      .parse(stdout).checks.filter((it: { verdict: string }) =>
        it.verdict !== "ok"
      );
    assertEquals(failed.map(({ name }) => name), ["lake locks"], stdout);
    assertStringIncludes(stdout, `lock ${stale.number} of spark@killed`);
    assert(!stdout.includes(String(held.number)), stdout);
    assertStringIncludes(stdout, "maintain --engine=spark --clear-locks");
  });

  await t.step("a stale lock is cleared, another one is left", async () => {
    const { stdout } = await lake.must("maintain", "--clear-locks");
    const table = `${prefix}gold.crypto_latest`;
    assertStringIncludes(stdout, `Cleared: ${table}, lock ${stale.number} of`);
    assertStringIncludes(stdout, `Left: ${table}, lock ${held.number} of`);
    assertEquals([await stale.isThere(), await held.isThere()], [false, true]);
  });
});
