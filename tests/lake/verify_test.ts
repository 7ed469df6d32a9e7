// `lake verify` finds damage, and `lake rebuild` repairs what silver has of it.

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { rebuild } from "../../lakehouse/lake/rebuild.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import {
  count,
  damage,
  failures,
  fill,
  oneTick,
  options,
  seed,
} from "./damaged_lake.ts";
import { assertSound } from "./judge.ts";
import { ask, newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

/** Damage to silver, and what `lake verify` says. */
const silverDamage: Readonly<Record<string, [string, RegExp]>> = {
  "a tick with another price": [
    `UPDATE lake.silver.crypto_ticks SET price_usd = price_usd + 1
     WHERE ${oneTick}`,
    /^of all 400 records: .*1 in silver with other values$/,
  ],
  "a missing tick": [
    `DELETE FROM lake.silver.crypto_ticks WHERE ${oneTick}`,
    /^of all 400 records: \d observed but not in silver$/,
  ],
  "a missing reject": [
    `DELETE FROM lake.silver.crypto_rejects
     WHERE reason = 'not_json' AND kafka_offset = (
       SELECT min(kafka_offset) FROM lake.silver.crypto_rejects
       WHERE reason = 'not_json')`,
    /^of all 400 records: 1 missing in silver's rejects$/,
  ],
};

for (const [what, [sql, expected]] of Object.entries(silverDamage)) {
  Deno.test(`verify finds ${what}, and rebuild repairs it`, async () => {
    await using place = await newPlace();
    await fill(place);
    assertEquals(await failures(place), {});
    await damage(place, sql);
    const found = await failures(place);
    assertEquals(Object.keys(found), ["lake models"]);
    assertMatch(found["lake models"] ?? "", expected);

    assertEquals((await rebuild(options(place))).replaced, true);
    assertEquals(await failures(place), {});
    assertEquals(await assertSound(place, seed), count);
    assertEquals((await rebuild(options(place))).replaced, false);
  });
}

Deno.test("verify finds a tick that is in silver twice", async () => {
  await using place = await newPlace();
  await fill(place);
  await damage(
    place,
    `INSERT INTO lake.silver.crypto_ticks
     FROM lake.silver.crypto_ticks WHERE ${oneTick}`,
  );
  const { "lake silver key": key } = await failures(place);
  assertEquals(key, "1 tick in silver more than once");
  assertEquals((await rebuild(options(place))).replaced, true);
  assertEquals(await failures(place), {});
});

Deno.test("verify finds a record of bronze that is there twice, and one that is missing", async () => {
  await using place = await newPlace();
  await fill(place);
  await damage(
    place,
    `INSERT INTO lake.bronze.crypto_ticks_raw
     FROM lake.bronze.crypto_ticks_raw WHERE kafka_offset = 7;
     DELETE FROM lake.bronze.crypto_ticks_raw WHERE kafka_offset IN (20, 21)`,
  );
  const found = await failures(place);
  assertEquals(
    found["lake bronze key"],
    `1 record of ${count - 1} in bronze more than once`,
  );
  assertEquals(
    found["lake offsets"],
    "offsets 20 to 21 of made.up, partition 0, are missing in bronze",
  );
});

Deno.test("verify finds missing offsets before the first one in the lake", async () => {
  await using place = await newPlace();
  await fill(place);
  await damage(
    place,
    "DELETE FROM lake.bronze.crypto_ticks_raw WHERE kafka_offset < 3",
  );
  assertEquals(
    (await failures(place))["lake offsets"],
    "offsets 0 to 2 of made.up, partition 0, are missing in bronze",
  );
});

Deno.test("a rebuild that is ended, refused or killed leaves silver as it was", async () => {
  await using place = await newPlace();
  await fill(place);
  await damage(
    place,
    `DELETE FROM lake.silver.crypto_ticks WHERE ${oneTick}`,
  );
  const silver = "SELECT * FROM silver.crypto_ticks ORDER BY ALL";
  const before = await ask(place, silver);
  const stop = new AbortController();
  stop.abort();
  await assertRejects(() =>
    rebuild({ ...options(place), signal: stop.signal })
  );
  assertEquals(await ask(place, silver), before);
  const refused = await rebuild({
    ...options(place),
    replace: () => Promise.resolve(false),
  });
  assertEquals(refused.replaced, false);
  assertEquals(await ask(place, silver), before);

  // What a kill leaves.
  await damage(
    place,
    "CREATE TABLE lake.silver.crypto_ticks_new AS FROM lake.silver.crypto_ticks",
  );
  assertEquals(await ask(place, silver), before);
  assertEquals((await rebuild(options(place))).replaced, true);
  assertEquals(await assertSound(place, seed), count);
  // The ingestion goes on after it.
  const writer = await openWriter(place);
  await writer.commit({ rows: rowsOf(seed, count, 50), gaps: [] });
  await writer.close();
  assertEquals(await assertSound(place, seed), count + 50);
});
