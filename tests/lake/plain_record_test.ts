import { assert, assertEquals } from "@std/assert";
import {
  fillBatch,
  makeCandidates,
} from "../../lakehouse/lake/batch_tables.ts";
import { readPlainRecord } from "../../lakehouse/lake/plain_record.ts";
import { seeded } from "../fakes/random.ts";
import { incrementalLake } from "./model_lake.ts";
import type { Bronze } from "./model_oracle.ts";
import { bronzeRows, modelRecords } from "./model_records.ts";

const pieces = [
  ...'{}[],:"\\ \t\n0179.-+eEaN\ufeff\ufffd\u{1f600}\u0000',
  '"a":',
  '"usd":1.5',
  '"usd" : -0.5e+9',
  '"usd":01',
  '"usd":1.',
  '"usd":1.2.3',
  '"usd":-',
  '"usd":5"x"',
  '"x":[1,{"y":null},-0.5],',
  '"bitcoin":{"usd":5,"last_updated_at":5},',
  '"source_system":"other",',
  "NaN",
  "-inf",
  "null",
  '\\"b":7',
  "\\u0000",
];

/** Texts that a few changes keep from being JSON, or leave as JSON. */
function changed(random: () => number, text: string): string {
  const below = (limit: number) => Math.floor(random() * limit);
  for (let left = below(4); left > 0; left--) {
    const at = below(text.length + 1);
    text = text.slice(0, at) + (pieces[below(pieces.length)] ?? "") +
      text.slice(at + below(3));
  }
  // Half of a character is not in the text of any record.
  return text.toWellFormed();
}

/** Numbers of any length, some with an exponent. */
function numberText(random: () => number): string {
  const digits = (most: number) =>
    Array.from(
      { length: Math.floor(random() ** 2 * (most + 1)) },
      () => Math.floor(random() * 10),
    ).join("");
  const integer = random() < 0.4 ? "0" : (digits(19) || "7");
  const fraction = random() < 0.8 ? `.${digits(24) || "5"}` : "";
  const exponent = random() < 0.1
    ? `${random() < 0.5 ? "e" : "E"}${
      ["", "+", "-"][Math.floor(random() * 3)]
    }${Math.floor(random() * 30)}`
    : "";
  return `${random() < 0.3 ? "-" : ""}${integer}${fraction}${exponent}`;
}

/** Also as a double of little is written: with more places than are kept. */
function smallText(random: () => number): string {
  if (random() < 0.8) return numberText(random);
  const digits = Math.floor(random() * 9e15 + 1e15) / 1e15;
  return `${digits}e-${Math.floor(random() ** 2 * 20)}`;
}

function numbers(random: () => number): string {
  const coin = () =>
    `{"usd":${smallText(random).replace(/^-/, "")},` +
    `"usd_24h_vol":${numberText(random)},` +
    (random() < 0.1 ? "" : `"usd_market_cap":${numberText(random)},`) +
    `"usd_24h_change":${random() < 0.1 ? "null" : smallText(random)},` +
    `"last_updated_at": ${Math.floor(10 ** (4 + random() * 6))}}`;
  return `{"data":{"a":${coin()}, "b":${coin()}},"source_system":"s"}`;
}

async function assertSame(records: readonly Bronze[]): Promise<number> {
  const { database } = await incrementalLake();
  try {
    const rows = bronzeRows(records);
    const make = async (table: string, from: typeof rows) => {
      await fillBatch(database, from, 1_764_758_600_000_000n);
      await makeCandidates(database, from);
      await database.run(`CREATE TEMP TABLE ${table} AS FROM candidates`);
    };
    await make("read", rows);
    await make("models", rows.map((row) => ({ ...row, coins: undefined })));
    assertEquals(await database.all("FROM read EXCEPT ALL FROM models"), []);
    assertEquals(await database.all("FROM models EXCEPT ALL FROM read"), []);
    return rows.filter(({ coins }) => coins !== undefined).length;
  } finally {
    database.close();
  }
}

Deno.test("what V8 reads of a damaged record is what the models read of it", async () => {
  const random = seeded(20_251_204);
  const records = modelRecords(random, 6_000).map((row): Bronze => ({
    ...row,
    payload: row.payload && changed(random, row.payload),
  }));
  const read = await assertSame(records);
  assert(read > 1_500 && read < 3_000, `${read} of 6,000 were read`);
});

Deno.test("what V8 reads of a number is what the models read of it", async () => {
  const random = seeded(20_251_126);
  const records = Array.from({ length: 8_000 }, (_, offset): Bronze => ({
    offset,
    payload: numbers(random),
    encoding: "utf-8",
    seconds: 1_764_758_514,
  }));
  const read = await assertSame(records);
  assert(read > 1_000, `${read} of 8,000 were read`);
});

Deno.test("a record of the default configuration is read in V8", () => {
  const coin = '{"usd":8.51e-06,"usd_market_cap":5012345678.1234567,' +
    '"usd_24h_vol":91517389.314453125,"usd_24h_change":-2.4785926353519786,' +
    '"last_updated_at":1764758514}';
  const coins = readPlainRecord(new TextEncoder().encode(
    `{"status":"success","data":{"shiba-inu":${coin}},"http_status_code":200,` +
      '"source_system":"coingecko_v3"}',
  ));
  assertEquals(coins?.ids, ["shiba-inu"]);
  assertEquals(coins?.source, "coingecko_v3");
});
