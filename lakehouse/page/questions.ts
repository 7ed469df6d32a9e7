// The page's statements. Each reads one snapshot, by number; what people typed
// goes into parameters.

import { views } from "../lake/lake_models.ts";
import type { Interval } from "./routes.ts";

const ticks = "lake.silver.crypto_ticks";
const catalog = "__ducklake_metadata_lake";

/** A statement with its tables as of a snapshot. */
export function asOf(sql: string, version: number): string {
  return sql.replaceAll(
    /\blake\.(bronze|silver)\.(\w+)(\s+as\s+\w+)?/gi,
    (table) => `${table} AT (VERSION => ${Math.trunc(version)})`,
  );
}

function view(name: string, version: number): string {
  return `(${asOf((views[name] ?? "").replaceAll(/^--.*$/gm, ""), version)})`;
}

const priceColumns = `crypto_symbol, price_usd, percent_change_24h,
  market_cap_usd, volume_24h, api_timestamp,
  epoch_ms(kafka_timestamp), epoch_us(processing_timestamp)`;

/** The newest price of each coin. */
export function latestPrices(version: number): string {
  return `SELECT ${priceColumns} FROM ${view("gold.crypto_latest", version)}`;
}

/**
 * The same, of the ticks that came after a time alone ($1, µs since 1970): only
 * new files are read.
 */
export function pricesSince(version: number): string {
  return asOf(
    `SELECT ${priceColumns} FROM (
      SELECT *, row_number() OVER (
        PARTITION BY crypto_symbol ORDER BY api_timestamp DESC) AS place
      FROM ${ticks} WHERE processing_timestamp > make_timestamp($1::BIGINT)
    ) WHERE place = 1`,
    version,
  );
}

/** Points of a sparkline at most. */
export const sparkPoints = 60;

/**
 * Closes of the last 24 hours before the newest tick, oldest first; their
 * distance is what the span allows.
 */
export function sparks(version: number): string {
  return asOf(
    `WITH newest AS (SELECT max(api_timestamp) AS until FROM ${ticks}),
    recent AS (
      SELECT crypto_symbol, price_usd, api_timestamp FROM ${ticks}
      WHERE api_timestamp > (SELECT until FROM newest) - INTERVAL 24 HOUR
    ),
    bound AS (
      SELECT epoch_us(min(api_timestamp)) AS first,
        greatest((epoch_us(max(api_timestamp)) - epoch_us(min(api_timestamp)))
          // ${sparkPoints - 1}, 0) + 1 AS step
      FROM recent
    )
    SELECT crypto_symbol, max(api_timestamp), max_by(price_usd, api_timestamp)
    FROM recent, bound
    GROUP BY crypto_symbol, (epoch_us(api_timestamp) - first) // step
    ORDER BY crypto_symbol, max(api_timestamp)`,
    version,
  );
}

const candleViews = {
  hour: { name: "gold.crypto_hourly_ohlc", start: "hour_start" },
  day: { name: "gold.crypto_daily_ohlc", start: "day_start" },
} as const;

/** The newest candles of a coin ($1), at most so many ($2), newest first. */
export function candles(interval: Interval, version: number): string {
  const { name, start } = candleViews[interval];
  return `SELECT ${start}, open_price, high_price, low_price, close_price,
      tick_count, is_final
    FROM ${view(name, version)} WHERE crypto_symbol = $1
    ORDER BY ${start} DESC LIMIT $2`;
}

/** Rejects by reason. */
export function rejectCounts(version: number): string {
  return asOf(
    `SELECT reason, count(*) FROM lake.silver.crypto_rejects
     GROUP BY reason ORDER BY count(*) DESC, reason`,
    version,
  );
}

/** The newest rejects. */
export function newestRejects(version: number): string {
  return asOf(
    `SELECT reason, crypto_symbol, processing_timestamp, kafka_partition,
       kafka_offset, kafka_topic, topic_epoch,
       epoch_us(processing_timestamp)
     FROM lake.silver.crypto_rejects
     ORDER BY processing_timestamp DESC, kafka_offset DESC, crypto_symbol
     LIMIT 5`,
    version,
  );
}

/** Characters of a payload that are shown. */
export const payloadLength = 200;

/**
 * A record's payload, cut; found by when it came ($1, µs since 1970), topic
 * ($2), epoch ($3), partition ($4) and offset ($5).
 */
export function payload(version: number): string {
  return asOf(
    `SELECT substring(raw_payload, 1, ${payloadLength + 1})
     FROM lake.bronze.crypto_ticks_raw
     WHERE ingestion_timestamp = make_timestamp($1::BIGINT)
       AND kafka_topic = $2 AND topic_epoch = $3::INTEGER
       AND kafka_partition = $4::INTEGER AND kafka_offset = $5::BIGINT
     LIMIT 1`,
    version,
  );
}

/** The newest snapshot's number and time (µs since 1970). */
export const newestSnapshot = `SELECT snapshot_id,
    epoch_us(snapshot_time::TIMESTAMPTZ)
  FROM ${catalog}.ducklake_snapshot ORDER BY snapshot_id DESC LIMIT 1`;

/** From which snapshot on the lake has ticks. */
const firstSnapshot = `(SELECT min(begin_snapshot)
  FROM ${catalog}.ducklake_table WHERE table_name = 'crypto_ticks')`;

/** The first snapshot that can be read. */
export const oldestSnapshot = `SELECT snapshot_id,
    epoch_us(snapshot_time::TIMESTAMPTZ)
  FROM ${catalog}.ducklake_snapshot WHERE snapshot_id >= ${firstSnapshot}
  ORDER BY snapshot_id LIMIT 1`;

/** A snapshot by its number ($1). */
export const snapshotByNumber = `SELECT snapshot_id,
    epoch_us(snapshot_time::TIMESTAMPTZ)
  FROM ${catalog}.ducklake_snapshot
  WHERE snapshot_id = $1::BIGINT AND snapshot_id >= ${firstSnapshot}`;

/** The newest snapshot up to a time ($1, µs since 1970). */
export const snapshotByTime = `SELECT snapshot_id,
    epoch_us(snapshot_time::TIMESTAMPTZ)
  FROM ${catalog}.ducklake_snapshot
  WHERE epoch_us(snapshot_time::TIMESTAMPTZ) <= $1::BIGINT
    AND snapshot_id >= ${firstSnapshot}
  ORDER BY snapshot_id DESC LIMIT 1`;

/** The newest snapshots, at most so many ($1), with what made them. */
export const snapshots = `SELECT snapshot_id,
    epoch_us(snapshot_time::TIMESTAMPTZ), commit_message
  FROM ${catalog}.ducklake_snapshot
  LEFT JOIN ${catalog}.ducklake_snapshot_changes USING (snapshot_id)
  WHERE snapshot_id >= ${firstSnapshot}
  ORDER BY snapshot_id DESC LIMIT $1`;

/** What the snapshots after one ($1) were made by. */
export const changesSince = `SELECT commit_message
  FROM ${catalog}.ducklake_snapshot_changes WHERE snapshot_id > $1::BIGINT`;

/** Files, their bytes, and snapshots. */
export const size = `SELECT coalesce(sum(file_count), 0)::BIGINT,
    coalesce(sum(file_size_bytes), 0)::BIGINT,
    (SELECT count(*) FROM ${catalog}.ducklake_snapshot)
  FROM ducklake_table_info('lake')`;
