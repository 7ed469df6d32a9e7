// `lake verify` finds what silver has too much, of the wrong record or of none.

import { assertEquals, assertMatch } from "@std/assert";
import type { LakeLocation } from "../../lakehouse/lake/attach.ts";
import { views } from "../../lakehouse/lake/lake_models.ts";
import { rebuild } from "../../lakehouse/lake/rebuild.ts";
import {
  damage,
  failures,
  fill,
  firstBatch,
  oneTick,
  options,
  seed,
} from "./damaged_lake.ts";
import { newPlace } from "./place.ts";
import { recordAt } from "./records.ts";

const oneReject = `kafka_offset = (
  SELECT min(kafka_offset) FROM lake.silver.crypto_rejects
  WHERE reason = 'not_json')`;
const oneRevision = `(crypto_symbol, kafka_offset) IN (
  SELECT (crypto_symbol, kafka_offset) FROM lake.silver.crypto_revisions
  ORDER BY ALL LIMIT 1)`;

/** A copy of a row of silver with an offset of its own. */
function orphan(table: string, offset: number | "NULL", more = ""): string {
  return `INSERT INTO lake.silver.${table}
    SELECT * REPLACE (${offset} AS kafka_offset${more})
    FROM lake.silver.${table} ORDER BY ALL LIMIT 1`;
}

/** Gives a tick to another record of the same transaction that repeated it. */
function laterRecord(): string {
  const first = new Map<string, { offset: number; price: string }>();
  for (let offset = 0; offset < firstBatch; offset++) {
    for (const { id, price, updated } of recordAt(seed, offset).coins ?? []) {
      if (price === "null" || price.startsWith("-")) continue;
      const won = first.get(`${id} ${updated}`);
      if (won === undefined) first.set(`${id} ${updated}`, { offset, price });
      else if (won.price === price) {
        const later = offset - won.offset;
        return `UPDATE lake.silver.crypto_ticks SET kafka_offset = ${offset},
            kafka_timestamp = kafka_timestamp + to_milliseconds(${later})
          WHERE kafka_offset = ${won.offset} AND crypto_symbol = '${id}'`;
      }
    }
  }
  throw new Error(`seed ${seed}: no observation is repeated`);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const copy = isDirectory ? copyFolder : Deno.copyFile;
    await copy(`${from}/${name}`, `${to}/${name}`);
  }
}

const later = ", api_timestamp + INTERVAL 1 HOUR AS api_timestamp";
const noRecord = { "lake models": /: 1 in silver of no record in bronze$/ };

/** Rows too many, and which checks say what. */
const surplus: Readonly<Record<string, [string, Record<string, RegExp>]>> = {
  "a doubled reject": [
    `INSERT INTO lake.silver.crypto_rejects
     FROM lake.silver.crypto_rejects WHERE ${oneReject}`,
    {
      "lake rejects": /^1 reject in silver more than once$/,
      "lake models": /^of all 400 records: 1 too many in silver's rejects$/,
    },
  ],
  "a reject with another reason": [
    `UPDATE lake.silver.crypto_rejects SET reason = 'price_null'
     WHERE ${oneReject}`,
    { "lake models": /: 1 missing in .*rejects, 1 too many in .*rejects$/ },
  ],
  "a doubled revision": [
    `INSERT INTO lake.silver.crypto_revisions
     FROM lake.silver.crypto_revisions WHERE ${oneRevision}`,
    {
      "lake revisions": /^1 revision in silver more than once$/,
      "lake models": /: 1 too many in silver's revisions$/,
    },
  ],
  "a missing revision": [
    `DELETE FROM lake.silver.crypto_revisions WHERE ${oneRevision}`,
    { "lake models": /: 1 observed but not in silver$/ },
  ],
  "a tick that is a revision too": [
    `INSERT INTO lake.silver.crypto_revisions
     FROM lake.silver.crypto_ticks WHERE ${oneTick}`,
    { "lake models": /: 1 too many in silver's revisions$/ },
  ],
  "a tick that is a revision instead": [
    `INSERT INTO lake.silver.crypto_revisions
     FROM lake.silver.crypto_ticks WHERE ${oneTick};
     DELETE FROM lake.silver.crypto_ticks WHERE ${oneTick}`,
    { "lake models": /: \d observed but not in silver$/ },
  ],
  "a tick at another time, of a record of bronze": [
    `INSERT INTO lake.silver.crypto_ticks
     SELECT * REPLACE (api_timestamp + INTERVAL 1 HOUR AS api_timestamp)
     FROM lake.silver.crypto_ticks WHERE ${oneTick}`,
    { "lake models": /: 1 in silver with other values$/ },
  ],
  "a tick of a record that brought it later": [
    laterRecord(),
    { "lake models": /: 1 in silver from a later record$/ },
  ],
  "a tick of an offset after all of bronze": [
    orphan("crypto_ticks", 1_000_000, later),
    noRecord,
  ],
  "a tick of an offset before all of bronze": [
    orphan("crypto_ticks", -1, later),
    noRecord,
  ],
  "a tick of no offset": [orphan("crypto_ticks", "NULL", later), noRecord],
  "a revision of no record": [orphan("crypto_revisions", 400), noRecord],
  "a daily candle that is not that of its ticks": [
    `CREATE OR REPLACE VIEW lake.gold.crypto_daily_ohlc AS
     SELECT * REPLACE (tick_count + 1 AS tick_count)
     FROM (${views["gold.crypto_daily_ohlc"]})`,
    { "lake candles": /: \d of \d daily candles?$/ },
  ],
  "a reject of no record": [orphan("crypto_rejects", 400), noRecord],
};

Deno.test("verify finds rows of silver that are too many, and rebuild removes them", async (t) => {
  await using place = await newPlace();
  await fill(place);
  const copies: LakeLocation[] = [];
  for (const [what, [sql, expected]] of Object.entries(surplus)) {
    await t.step(what, async () => {
      const copy = { ...place, lakeDir: `${place.dir}/copy-${copies.length}` };
      copies.push(copy);
      await copyFolder(place.lakeDir, copy.lakeDir);
      await damage(copy, sql);
      const found = await failures(copy);
      assertEquals(Object.keys(found), Object.keys(expected));
      for (const [name, text] of Object.entries(expected)) {
        assertMatch(found[name] ?? "", text);
      }
    });
  }
  const last = copies.at(-1) ?? place;
  // The newest records alone are compared with what silver has of them.
  assertMatch(
    (await failures(last, false))["lake models"] ?? "",
    noRecord["lake models"],
  );
  assertEquals((await rebuild(options(last))).replaced, true);
  assertEquals(await failures(last), {});
});
