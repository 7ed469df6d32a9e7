// Candles of whole hours that a maintenance has computed, so that the views of
// candles read the newest ticks alone. Append-only: an hour whose ticks came at
// several times has several parts, which the views merge.

import type { Database } from "./duckdb.ts";
import newParts from "../sql/embedded/parts/new_parts.sql" with {
  type: "text",
};

/** The table of the parts; it is no layer of its own. */
export const candleParts = "meta.candle_parts";

/** Its definition. */
export const createCandleParts = `CREATE TABLE lake.${candleParts} (
  crypto_symbol VARCHAR,
  hour_start TIMESTAMP,
  open_price DECIMAL(38, 18),
  high_price DECIMAL(38, 18),
  low_price DECIMAL(38, 18),
  close_price DECIMAL(38, 18),
  tick_count BIGINT,
  volume_24h_close DECIMAL(38, 8),
  market_cap_close DECIMAL(38, 8),
  first_tick_at TIMESTAMP,
  last_tick_at TIMESTAMP,
  volume_24h_at TIMESTAMP,
  market_cap_at TIMESTAMP,
  processed_until TIMESTAMP
)`;

/** Ticks that are put into parts at once: about 0.2 s of one processor. */
const ticksAtOnce = 300_000;

/** Ticks by the hour of their processing, that are in no part yet. */
const waiting = `SELECT
    epoch_us(date_trunc('hour', processing_timestamp)), count(*)
  FROM lake.silver.crypto_ticks
  WHERE processing_timestamp > (
    SELECT coalesce(max(processed_until), '-infinity'::TIMESTAMP)
    FROM lake.${candleParts}
  )
  GROUP BY ALL ORDER BY ALL`;

const hourMicros = 3_600_000_000n;

/**
 * The times up to which parts are to be stored, one after the other, µs since
 * 1970. The newest hour of processing is left to the next maintenance: with many
 * maintenances an hour would have many parts.
 */
export async function partEnds(
  database: Database,
  atOnce: number = ticksAtOnce,
): Promise<bigint[]> {
  const hours = await database.all(waiting);
  const ends: bigint[] = [];
  let ticks = 0;
  for (const [index, [hour, count]] of hours.slice(0, -1).entries()) {
    ticks += Number(count);
    if (ticks < atOnce && index < hours.length - 2) continue;
    ends.push(BigInt(String(hour)) + hourMicros);
    ticks = 0;
  }
  return ends;
}

/**
 * Stores the parts of the ticks that were processed before a time and are in
 * none yet, in the open transaction.
 *
 * @param endMicros One of {@linkcode partEnds}, µs since 1970.
 */
export async function storeParts(
  database: Database,
  endMicros: bigint,
): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE part_end AS
    SELECT make_timestamp(${endMicros}) AS processed_until`);
  await database.run(`INSERT INTO lake.${candleParts} BY NAME ${newParts}`);
}

/** Removes all parts: the views read all ticks until the next maintenance. */
export async function dropParts(database: Database): Promise<void> {
  await database.run(`DROP TABLE IF EXISTS lake.${candleParts}`);
  await database.run(createCandleParts);
}
