import { assertEquals } from "@std/assert";
import { seeded } from "../fakes/random.ts";
import { incrementalLake, model } from "./model_lake.ts";
import {
  type Bronze,
  type Candidate,
  candidatesOf,
  silverOf,
} from "./model_oracle.ts";
import { modelRecords } from "./model_records.ts";

const selectTicks = `SELECT kafka_offset::VARCHAR, crypto_symbol,
  price_usd::VARCHAR, volume_24h::VARCHAR, market_cap_usd::VARCHAR,
  percent_change_24h::VARCHAR, epoch_us(api_timestamp)::VARCHAR, source_system,
  epoch(processing_timestamp)::BIGINT::VARCHAR`;
const selectRejects = "SELECT kafka_offset::VARCHAR, crypto_symbol, reason";

function text(units: bigint | null | undefined, scale: number): string | null {
  if (units === null || units === undefined) return null;
  const digits = String(units).replace("-", "").padStart(scale + 1, "0");
  return (units < 0n ? "-" : "") +
    `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function tickRow({ offset, coin, values, micros, ...rest }: Candidate) {
  return [
    String(offset),
    coin,
    ...[18, 8, 8, 18].map((scale, at) => text(values[at], scale)),
    String(micros),
    rest.source,
    String(rest.processed),
  ];
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

Deno.test("the models give what an oracle of exact decimals computes, in increments as in one run", async () => {
  const random = seeded(20_251_203);
  const records = modelRecords(random, 3_000);
  const lake = await incrementalLake();
  const { database } = lake;
  const whole = await incrementalLake();
  try {
    const ingested: Bronze[] = [];
    for (let from = 0; from < records.length;) {
      const count = 1 + Math.floor(random() ** 3 * 900);
      const rows = records.slice(from, from + count)
        .map((row) => ({ ...row, seconds: row.seconds + ingested.length }));
      // The first batches hold what is near the limit of the future.
      const at = from < 200 ? records[0]?.seconds ?? 0 : rows[0]?.seconds ?? 0;
      const batch = rows.map((row) => ({ ...row, seconds: at }));
      await lake.write(batch);
      ingested.push(...batch);
      from += count;
    }
    await whole.write(ingested);
    const expected = silverOf(ingested.flatMap(candidatesOf));
    const wanted = {
      crypto_ticks: sorted(expected.ticks.map(tickRow)),
      crypto_revisions: sorted(expected.revisions.map(tickRow)),
      crypto_rejects: sorted(
        expected.rejects.map(({ offset, coin, reason }) => [
          String(offset),
          coin,
          reason,
        ]),
      ),
    };
    for (const [table, rows] of Object.entries(wanted)) {
      const select = table === "crypto_rejects" ? selectRejects : selectTicks;
      const increments = await database.all(
        `${select} FROM lake.silver.${table}`,
      );
      assertEquals(sorted(increments), rows, `increments of ${table}`);
      const atOnce = await whole.database.all(
        `${select} FROM lake.silver.${table}`,
      );
      assertEquals(sorted(atOnce), rows, `all of ${table} at once`);
    }
    assertEquals(
      await database.all(`SELECT count(*)::INTEGER
        FROM lake.bronze.crypto_ticks_raw b
        WHERE (EXISTS (FROM lake.silver.crypto_rejects r
               WHERE r.kafka_offset = b.kafka_offset AND crypto_symbol IS NULL))
          = (EXISTS (FROM (${model("full/candidates")}) c
             WHERE c.kafka_offset = b.kafka_offset
               AND crypto_symbol IS NOT NULL))`),
      [[0]],
      "each record has coins, or is a reject itself",
    );
  } finally {
    database.close();
    whole.database.close();
  }
});

Deno.test("a candidate is compared with silver however old it is, and however little of silver is kept", async () => {
  const random = seeded(7);
  const below = (limit: number) => Math.floor(random() * limit);
  const start = 1_764_758_514;
  const rows = Array.from({ length: 150 }, (_, offset): Bronze => {
    // Mostly on and on, with repeats; some from any time before.
    const age = random() < 0.1 ? below(2 * offset + 1) : below(9);
    const coins = ["bitcoin", "tether"].map((name) =>
      `"${name}":{"usd":${1 + below(2)},` +
      `"last_updated_at":${start + 2 * offset - age}}`
    );
    const payload = `{"data":{${coins.join(",")}}}`;
    return { offset, payload, encoding: "utf-8", seconds: start + 1_000 };
  });
  const { ticks, revisions } = silverOf(rows.flatMap(candidatesOf));
  for (const keptTicks of [1, 30]) {
    const lake = await incrementalLake(keptTicks);
    try {
      for (let from = 0; from < rows.length;) {
        const count = 1 + below(12);
        await lake.write(rows.slice(from, from + count));
        from += count;
      }
      for (
        const [table, expected] of [
          ["crypto_ticks", ticks],
          ["crypto_revisions", revisions],
        ] as const
      ) {
        const found = await lake.database.all(
          `${selectTicks} FROM lake.silver.${table}`,
        );
        assertEquals(sorted(found), sorted(expected.map(tickRow)));
      }
    } finally {
      lake.database.close();
    }
  }
});
