import { assert, assertEquals, assertRejects } from "@std/assert";
import type { OffsetGap } from "../../lakehouse/lake/bronze_row.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { systemClock } from "../../lib/clock.ts";
import { CommandError } from "../../lib/errors.ts";
import { utf8Bytes } from "../../lib/utf8.ts";
import { assertSound } from "./judge.ts";
import { until } from "../harness/until.ts";
import { ask, newPlace } from "./place.ts";
import { rowsOf, topic } from "./records.ts";

const seed = 7;

Deno.test("a second writer is refused by name, with the first one's pid", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  try {
    const { message, next } = await assertRejects(
      () => openWriter(place),
      CommandError,
    );
    assert(message.startsWith(
      `another process writes the lake in "${place.lakeDir}": pid ${Deno.pid}`,
    ));
    assert(next.includes("LAKE_DIR"));
  } finally {
    await writer.close();
  }
  await (await openWriter(place)).close();
});

Deno.test("a position goes on after rows and gaps of the newest epoch, and known offsets are refused", async () => {
  await using place = await newPlace();
  const gap = (epoch: number, from: bigint, to: bigint): OffsetGap => ({
    ...{ topic, epoch, partition: 0, from, to },
    reason: "unreadable",
    detail: "codec 7",
  });
  let writer = await openWriter(place);
  assertEquals(await writer.position(topic), { epoch: 0, partitions: [] });
  // The last one's texts begin with a byte order mark.
  const rows = rowsOf(seed, 0, 3).map((row) =>
    row.offset < 2n
      ? row
      : { ...row, key: "\ufeffkey", payload: utf8Bytes("\ufeff{}") }
  );
  await writer.commit({ rows, gaps: [] });
  await writer.commit({ rows: [], gaps: [gap(0, 3n, 9n)] });
  const expected = {
    epoch: 0,
    partitions: [{ partition: 0, next: 9n, last: rows[2] }],
  };
  assertEquals(await writer.position(topic), expected);
  await writer.close();

  writer = await openWriter(place);
  try {
    assertEquals(await writer.position(topic), expected);
    assertEquals(await writer.position("other"), { epoch: 0, partitions: [] });
    for (
      const batch of [
        { rows: rowsOf(seed, 8, 2), gaps: [] },
        { rows: [], gaps: [gap(0, 8n, 12n)] },
      ]
    ) {
      await assertRejects(
        () => writer.commit(batch),
        CommandError,
        "offset 8 of topic made.up, partition 0, epoch 0, is in the lake",
      );
    }
    // The same offsets of a topic that was created again.
    await writer.commit({
      rows: rowsOf(seed, 0, 1).map((row) => ({ ...row, epoch: 1 })),
      gaps: [gap(1, 1n, 2n)],
    });
    const { epoch, partitions } = await writer.position(topic);
    assertEquals([epoch, partitions[0]?.next], [1, 2n]);
  } finally {
    await writer.close();
  }
});

Deno.test("a reader sees each commit at once, and earlier ones by number and time", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  const reader = await openReader(place);
  const count = "SELECT count(*) FROM bronze.crypto_ticks_raw";
  const commits: { snapshot: number; time: Temporal.Instant; rows: string }[] =
    [];
  try {
    for (const [from, size] of [[0, 2], [2, 150], [152, 1]] as const) {
      const { snapshot, rows } = await writer
        .commit({ rows: rowsOf(seed, from, size), gaps: [] });
      assertEquals(rows, size);
      assertEquals((await reader.query(count)).rows, [[String(from + size)]]);
      commits.push({
        snapshot,
        time: Temporal.Now.instant(),
        rows: String(from + size),
      });
    }
  } finally {
    await reader.close();
    await writer.close();
  }
  for (const { snapshot, time, rows } of commits) {
    for (const at of [{ version: snapshot }, { time }]) {
      const before = await openReader({ ...place, at });
      assertEquals((await before.query(count)).rows, [[rows]]);
      await before.close();
    }
    const inQuery = `${count} AT (VERSION => ${snapshot})`;
    assertEquals(await ask(place, inQuery), [[rows]]);
  }
  for (
    const at of [
      { version: 4_000 },
      { time: Temporal.Instant.from("2001-01-01T00:00:00Z") },
    ]
  ) {
    await assertRejects(() => openReader({ ...place, at }), CommandError);
  }
  assertEquals(await assertSound(place, seed), 153);
});

Deno.test("a clock that jumps back leaves the order of ingestion as it was", async () => {
  await using place = await newPlace();
  let shift = 0;
  const clock = {
    ...systemClock,
    now: () => Temporal.Now.instant().add({ seconds: shift }),
  };
  let writer = await openWriter({ ...place, clock });
  for (const [offset, seconds] of [[0, 0], [1, -3_600], [2, 60]] as const) {
    shift = seconds;
    await writer.commit({ rows: rowsOf(seed, offset, 1), gaps: [] });
  }
  await writer.close();
  shift = -86_400;
  writer = await openWriter({ ...place, clock });
  await writer.commit({ rows: rowsOf(seed, 3, 1), gaps: [] });
  await writer.close();
  const order = await ask(
    place,
    `SELECT kafka_offset FROM bronze.crypto_ticks_raw
     ORDER BY ingestion_timestamp`,
  );
  assertEquals(order, [["0"], ["1"], ["2"], ["3"]]);
  const distinct = await ask(
    place,
    "SELECT count(DISTINCT ingestion_timestamp) FROM bronze.crypto_ticks_raw",
  );
  assertEquals(distinct, [["4"]]);
});

Deno.test("a lake that was moved opens, and no longer needs its old folder", async () => {
  await using place = await newPlace();
  let writer = await openWriter(place);
  await writer.commit({ rows: rowsOf(seed, 0, 200), gaps: [] });
  await writer.close();
  const moved = { ...place, lakeDir: `${place.dir}/it's moved` };
  Deno.renameSync(place.lakeDir, moved.lakeDir);
  writer = await openWriter(moved);
  await writer.commit({ rows: rowsOf(seed, 200, 200), gaps: [] });
  await writer.close();
  assertEquals(await assertSound(moved, seed), 400);
  await assertRejects(
    () => openReader(place),
    CommandError,
    "there is no lake",
  );
});

Deno.test("what a commit wrote is said, and kept with its snapshot", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  const first = await writer.commit({ rows: rowsOf(seed, 0, 60), gaps: [] });
  const again = await writer.commit({
    rows: rowsOf(seed, 0, 60).map((row) => ({ ...row, partition: 4 })),
    gaps: [],
  });
  await writer.close();
  assertEquals(again.ticks, 0);
  assertEquals(again.rejects, first.rejects);
  assertEquals(
    again.repeats + again.revisions,
    first.ticks + first.repeats + first.revisions,
  );
  assertEquals(again.newestTimestampMs, first.newestTimestampMs);
  const messages = await ask(
    place,
    `SELECT commit_message, commit_extra_info FROM lake.snapshots()
     WHERE snapshot_id = ${again.snapshot}`,
  );
  assertEquals(messages, [[
    "60 records, 0 ticks",
    '{"made.up":{"epoch":0,"next":{"4":60}}}',
  ]]);
});

Deno.test("with another engine, the writer gives back what the old one kept for each snapshot", async () => {
  await using place = await newPlace();
  const renewAfter = 20;
  const writer = await openWriter({ ...place, renewAfter });
  const commit = (offset: number) =>
    writer.commit({ rows: rowsOf(seed, offset, 1), gaps: [] });
  async function kept(): Promise<number> {
    const [[bytes] = []] = await writer.side.ask(
      `SELECT memory_usage_bytes FROM duckdb_memory()
       WHERE tag = 'OBJECT_CACHE'`,
    );
    return Number(bytes);
  }
  for (let offset = 0; offset < renewAfter - 1; offset++) await commit(offset);
  const most = await kept();
  await commit(renewAfter - 1);
  await until("another engine", async () => await kept() < most / 2);
  await writer.close();
});
