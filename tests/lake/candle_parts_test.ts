import { assert, assertEquals } from "@std/assert";
import { attach } from "../../lakehouse/lake/attach.ts";
import { partEnds } from "../../lakehouse/lake/candle_parts.ts";
import type { Database } from "../../lakehouse/lake/duckdb.ts";
import { partViews, views } from "../../lakehouse/lake/lake_models.ts";
import { maintainLake } from "../../lakehouse/lake/maintain.ts";
import { rebuild } from "../../lakehouse/lake/rebuild.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { systemClock } from "../../lib/clock.ts";
import { runSeed, seeded, seededTest } from "../chaos/seed.ts";
import { goldRecords, goldRows } from "./gold_records.ts";
import { newPlace, type Place } from "./place.ts";

const count = 300;
const batch = 20;
/** A batch that begins in the middle of the records. */
const middle = 140;
/** After all times of the records: each batch is processed a while later. */
const nowMs = Date.UTC(2025, 11, 10);
const stepMs = 25 * 60_000;

async function use<T>(
  place: Place,
  work: (database: Database) => Promise<T>,
  isWriter = false,
): Promise<T> {
  const database = await attach({ ...place, isWriter, tempName: "test" });
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

/** The rows by which the lake's views differ from what the models say. */
function differing(place: Place, at = ""): Promise<number[]> {
  return use(place, async (database) => {
    const counts: number[] = [];
    for (const name of Object.keys(partViews)) {
      const own = `FROM lake.${name} ${at}`;
      const wanted = `FROM (${
        views[name]?.replaceAll("lake.silver.crypto_ticks", `$& ${at}`)
      })`;
      const [[all, removed, added] = []] = await database.all(`SELECT
        (SELECT count(*) ${wanted}),
        (SELECT count(*) FROM (${own} EXCEPT ALL ${wanted})),
        (SELECT count(*) FROM (${wanted} EXCEPT ALL ${own}))`);
      assert(Number(all) > 2);
      counts.push(Number(removed), Number(added));
    }
    return counts;
  });
}

function countParts(place: Place): Promise<number[]> {
  return use(place, async (database) => {
    const [[parts, hours] = []] = await database.all(`SELECT count(*),
      count(DISTINCT (crypto_symbol, hour_start)) FROM lake.meta.candle_parts`);
    return [Number(parts), Number(hours)];
  });
}

const same = [0, 0, 0, 0];

seededTest(
  "candles are those of all ticks, whatever maintenances have stored of them, also for late ticks and older snapshots",
  async () => {
    await using place = await newPlace();
    const random = seeded(runSeed, "parts");
    const rows = goldRows(goldRecords(random, count));
    let atMs = nowMs;
    const clock = {
      ...systemClock,
      now: () => Temporal.Instant.fromEpochMilliseconds(atMs),
    };
    const snapshots: number[] = [];
    const writer = await openWriter({ ...place, clock });
    try {
      for (let from = 0; from < count; from += batch) {
        const part = rows.slice(from, from + batch);
        snapshots.push(
          (await writer.commit({ rows: part, gaps: [] })).snapshot,
        );
        atMs += stepMs;
        // One for certain before the last: else no hour has several parts.
        if (from !== middle && !random.chance(0.25)) continue;
        if (random.chance(0.5)) await writer.maintain();
        else await maintainLake(place);
        assertEquals(await differing(place), same, `seed ${runSeed}`);
      }
      await writer.maintain();
    } finally {
      await writer.close();
    }
    const [parts = 0, hours = 0] = await countParts(place);
    // The records are out of order, so that many hours have several parts.
    assert(hours > 20 && parts > hours, `${parts} parts of ${hours} hours`);
    assertEquals(await differing(place), same);
    // What a maintenance has stored is not asked for again.
    assertEquals(await use(place, (database) => partEnds(database)), []);
    for (const snapshot of snapshots.filter((_, at) => at % 7 === 6)) {
      const at = `AT (VERSION => ${snapshot})`;
      assertEquals(await differing(place, at), same, at);
    }

    // A part that is wrong shows: the views do read them.
    await use(place, async (database) => {
      await database.run(`INSERT INTO lake.meta.candle_parts
      SELECT * REPLACE (high_price + 1 AS high_price)
      FROM lake.meta.candle_parts LIMIT 1`);
    }, true);
    assert((await differing(place)).every((rows) => rows > 0));
    // Silver that is computed again, or other models, leave no part.
    await use(place, async (database) => {
      await database.run(`UPDATE lake.silver.crypto_ticks SET price_usd = 1
      WHERE kafka_offset = (
        SELECT min(kafka_offset) FROM lake.silver.crypto_ticks)`);
    }, true);
    const { replaced } = await rebuild({
      ...place,
      now: clock.now(),
      onProgress() {},
      replace: () => Promise.resolve(true),
      signal: new AbortController().signal,
    });
    assertEquals([replaced, ...await countParts(place)], [true, 0, 0]);
    assertEquals(await differing(place), same);
    await maintainLake(place);
    assertEquals(await countParts(place), [hours, hours]);
    assertEquals(await differing(place), same);
  },
);

seededTest(
  "a lake of before gets the parts; they are stored so many ticks at a time",
  async () => {
    await using place = await newPlace();
    const rows = goldRows(goldRecords(seeded(runSeed, "old"), 100));
    let atMs = nowMs;
    const clock = {
      ...systemClock,
      now: () => Temporal.Instant.fromEpochMilliseconds(atMs),
    };
    const writer = await openWriter({ ...place, clock });
    for (let from = 0; from < 100; from += batch) {
      await writer.commit({ rows: rows.slice(from, from + batch), gaps: [] });
      atMs += 3_600_000;
    }
    await writer.close();
    const ends = await use(place, (database) => partEnds(database, 1));
    // All hours but the newest one, each by itself.
    assertEquals(
      ends,
      [1, 2, 3, 4].map((hour) => BigInt(nowMs + hour * 3_600_000) * 1_000n),
    );
    assertEquals(
      await use(place, (database) => partEnds(database)),
      ends.slice(-1),
    );
    await use(place, async (database) => {
      await database.run(`DROP TABLE lake.meta.candle_parts;
      UPDATE lake.meta.schema_versions SET version = 1, views_sha256 = ''`);
      for (const name of Object.keys(partViews)) {
        await database.run(
          `CREATE OR REPLACE VIEW lake.${name} AS ${views[name]}`,
        );
      }
    }, true);
    const again = await openWriter({ ...place, clock });
    await again.maintain();
    await again.close();
    const [parts = 0] = await countParts(place);
    assert(parts > 0);
    assertEquals(await differing(place), same);
  },
);
