import { assert, assertEquals, assertRejects } from "@std/assert";
import { attach } from "../../lakehouse/lake/attach.ts";
import { schemaVersion } from "../../lakehouse/lake/lake_schema.ts";
import { maintainLake } from "../../lakehouse/lake/maintain.ts";
import { maintainedName } from "../../lakehouse/lake/maintained.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import {
  maintenanceLockName,
  unmaintainedSinceMs,
} from "../../lakehouse/lake/writer_lock.ts";
import { rebuild } from "../../lakehouse/lake/rebuild.ts";
import { delay, systemClock } from "../../lib/clock.ts";
import { CommandError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { historyQuery } from "../../tasks/lake/history.ts";
import { assertSound } from "./judge.ts";
import { ask, newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

const seed = 11;

Deno.test("maintenance beside a writer merges files and loses nothing; files and snapshots of the last hour stay", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  let next = 0;
  async function write(count: number): Promise<void> {
    await writer.commit({ rows: rowsOf(seed, next, count), gaps: [] });
    next += count;
  }
  try {
    for (const count of [150, 1, 150, 2, 150]) await write(count);
    const reader = await openReader({ ...place, at: { version: 3 } });
    const before = await reader.query("FROM silver.crypto_ticks ORDER BY ALL");
    Deno.writeTextFileSync(`${place.lakeDir}/data/orphan.parquet`, "x");
    const [report] = await Promise.all([
      maintainLake(place),
      write(1).then(() => write(150)),
    ]);
    assert(report.merged > 0);
    assertEquals([report.expired, report.removed, report.orphans], [0, 0, 0]);
    // Its files are there still.
    assertEquals(
      await reader.query("FROM silver.crypto_ticks ORDER BY ALL"),
      before,
    );
    await reader.close();
    assertEquals(await assertSound(place, seed), next);

    const last = await writer.maintain({ keepMs: 0, graceMs: 0 });
    assert(last.expired > 0 && last.removed > 0, JSON.stringify(last));
    // A merge that met a commit and was done again leaves some too.
    assert(last.orphans >= 1);
    assertEquals(exists(`${place.lakeDir}/data/orphan.parquet`), false);
    assert(last.after.snapshots <= 2);
    await write(3);
  } finally {
    await writer.close();
  }
  assertEquals(await assertSound(place, seed), next);
});

Deno.test("commits get in between the steps of the writer's own maintenance; each snapshot says what made it", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  let next = 0;
  async function write(count: number): Promise<number> {
    const rows = rowsOf(seed, next, count);
    next += count;
    return (await writer.commit({ rows, gaps: [] })).snapshot;
  }
  const snapshots: number[] = [];
  try {
    for (const count of [150, 1, 150]) await write(count);
    let steps = 0;
    const report = await writer.maintain({ keepMs: 86_400_000 }, async () => {
      steps++;
      // Not waited for, as the commits of a live topic.
      if (steps % 2 === 0) write(1).then((it) => snapshots.push(it));
      await delay(10);
    });
    assert(report.merged >= 4, JSON.stringify(report));
    // One for each table; none of the gaps.
    assertEquals([report.expired, report.after.files], [0, 5]);
    assert(report.longestMs < report.durationMs);
    const [[last] = []] = await ask(
      place,
      "SELECT max(snapshot_id) FROM lake.snapshots()",
    );
    assert(snapshots.length >= 4 && snapshots.some((it) => it < Number(last)));
    // A throw ends it between two steps; the lock is free again.
    const stop = new Error("stop");
    assertEquals(
      await writer.maintain({}, () => Promise.reject(stop)).catch((it) => it),
      stop,
    );
    await writer.maintain();
  } finally {
    await writer.close();
  }
  assertEquals(await assertSound(place, seed), next);
  await rebuild({
    ...place,
    now: Temporal.Now.instant(),
    onProgress() {},
    replace: () => Promise.resolve(true),
    signal: new AbortController().signal,
  });
  const later = await openWriter(place);
  const { rows } = await later.size();
  await later.close();
  for (const [table, count] of rows) {
    const counted = await ask(place, `SELECT count(*) FROM ${table}`);
    assertEquals(counted, [[String(count)]], table);
  }
  const history = await ask(place, historyQuery(undefined, "1000"));
  const texts = history.map(([, , what]) => what);
  for (
    const text of [
      "tables and views created",
      "150 records, ",
      "1 record, ",
      "newest rows written into files",
      "small files of bronze.crypto_ticks_raw merged",
      "small files of silver.crypto_ticks merged",
      "rebuild: new tables created",
      `rebuild: ${next} of ${next} records`,
      "rebuild: new tables dropped",
    ]
  ) assert(texts.some((it) => it?.startsWith(text)), text);
  // The catalog's own first one alone has no message.
  assertEquals(
    await ask(
      place,
      "SELECT snapshot_id FROM lake.snapshots() WHERE commit_message IS NULL",
    ),
    [["0"]],
  );
  const rejects = await ask(
    place,
    historyQuery("silver.crypto_rejects", "1000"),
  );
  assert(rejects.length > 1 && rejects.length < history.length);
});

Deno.test("of older snapshots the last one of each minute stays, and reads as before", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  let next = 0;
  const read = (version: number) =>
    ask(
      place,
      `SELECT count(*), sum(kafka_offset), max(raw_payload)
       FROM bronze.crypto_ticks_raw AT (VERSION => ${version})`,
    );
  const seen = new Map<number, unknown>();
  async function write(count: number): Promise<void> {
    const rows = rowsOf(seed, next, count);
    next += count;
    const { snapshot } = await writer.commit({ rows, gaps: [] });
    seen.set(snapshot, await read(snapshot));
  }
  const minuteOf = (time: string | null | undefined) => time?.slice(0, 16);
  const list = () =>
    ask(
      place,
      "SELECT snapshot_id, snapshot_time FROM lake.snapshots() ORDER BY ALL",
    );
  try {
    for (const count of [150, 1, 120, 2, 150]) await write(count);
    // Merged rows remember their snapshots.
    await writer.maintain();
    for (const count of [3, 110, 1]) await write(count);
    const before = await list();
    const report = await writer.maintain({ denseMs: 0 });
    assert(report.expired > 0, JSON.stringify(report));
    const after = await list();
    const kept = after.map(([id]) => Number(id));
    // The maintenance itself made some.
    const known = new Set(before.map(([id]) => id));
    const all = [...before, ...after.filter(([id]) => !known.has(id ?? ""))];
    for (const [at, [id, time]] of before.entries()) {
      const isLast = minuteOf(time) !== minuteOf(all[at + 1]?.[1]);
      assertEquals(kept.includes(Number(id)), isLast, `snapshot ${id}`);
    }
    for (const [snapshot, rows] of seen) {
      if (kept.includes(snapshot)) assertEquals(await read(snapshot), rows);
    }
    await write(1);
  } finally {
    await writer.close();
  }
  assertEquals(await assertSound(place, seed), next);
});

Deno.test("without a writer the catalog's file shrinks", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  for (let offset = 0; offset < 60; offset++) {
    await writer.commit({ rows: rowsOf(seed, offset, 1), gaps: [] });
  }
  const { rows, snapshots, maintainedMs } = await writer.size();
  assertEquals(rows.get("bronze.crypto_ticks_raw"), 60);
  assertEquals([rows.size, maintainedMs], [5, undefined]);
  await writer.close();
  const { before, after } = await maintainLake(place, { keepMs: 0 });
  // The flush at the end is one more.
  assertEquals(before.snapshots, snapshots + 1);
  const again = await openWriter(place);
  assertEquals(typeof (await again.size()).maintainedMs, "number");
  await again.close();
  assert(after.catalogBytes < before.catalogBytes, `${after.catalogBytes}`);
  assertEquals(await assertSound(place, seed), 60);
});

Deno.test("a maintenance counts when it is completed, not when it begins", async () => {
  await using place = await newPlace();
  let nowMs = 1_764_758_000_000;
  const now = () => Temporal.Instant.fromEpochMilliseconds(nowMs);
  const clock = { ...systemClock, now };
  const writer = await openWriter({ ...place, clock });
  const maintained = async () => (await writer.size()).maintainedMs;
  const fail = () => Promise.reject(new Error("the disk is full"));
  try {
    await writer.commit({ rows: rowsOf(seed, 0, 20), gaps: [] });
    await assertRejects(() => writer.maintain({}, fail), Error, "is full");
    assertEquals(await maintained(), undefined);
    await writer.maintain();
    assertEquals(await maintained(), nowMs);
    const completedMs = nowMs;
    nowMs += 5_000;
    Deno.utimeSync(`${place.lakeDir}/${maintenanceLockName}`, 9, 9);
    assertEquals(unmaintainedSinceMs(place.lakeDir), 9_000);
    await assertRejects(() => writer.maintain({}, fail), Error, "is full");
    assertEquals(await maintained(), completedMs);
    // A start after a failure does not try again at once.
    assert(unmaintainedSinceMs(place.lakeDir) !== 9_000);
    await maintainLake(place, {}, clock);
    assertEquals(await maintained(), nowMs);
    // What a process leaves that is killed while it notes it.
    Deno.writeTextFileSync(`${place.lakeDir}/${maintainedName}`, "2026-");
    assertEquals(await maintained(), undefined);
  } finally {
    await writer.close();
  }
});

Deno.test("one process at a time maintains, and only where there is a lake", async () => {
  await using place = await newPlace();
  await assertRejects(() => maintainLake(place), CommandError, "no lake");
  await (await openWriter(place)).close();
  const results = await Promise.allSettled([
    maintainLake(place),
    maintainLake(place),
  ]);
  const [failed] = results.filter(({ status }) => status === "rejected");
  assert(
    failed?.status === "rejected" &&
      String(failed.reason).includes("is being maintained by another process"),
  );
});

Deno.test("a lake of a newer schema is refused by name, and left as it is", async () => {
  await using place = await newPlace();
  await (await openWriter(place)).close();
  const database = await attach({ ...place, isWriter: true, tempName: "test" });
  await database.run(`INSERT INTO lake.meta.schema_versions
    SELECT ${schemaVersion + 1}, views_sha256, created_at
    FROM lake.meta.schema_versions`);
  database.close();
  for (const open of [openWriter, openReader]) {
    await assertRejects(
      () => open(place),
      CommandError,
      `the lake has schema version ${schemaVersion + 1}, expected at most`,
    );
  }
});

Deno.test("a second start changes nothing in the schema", async () => {
  await using place = await newPlace();
  for (let start = 0; start < 3; start++) {
    await (await openWriter(place)).close();
  }
  const reader = await openReader(place);
  const { rows } = await reader.query("SELECT count(*) FROM lake.snapshots()");
  await reader.close();
  assertEquals(rows, [["2"]]);
});
