// A lake with a year of minutes of ten coins in silver, as a live stream and a
// maintenance a day would leave it; then what is asked of it, and a maintenance.

import process from "node:process";
import { attach } from "../../lakehouse/lake/attach.ts";
import { views } from "../../lakehouse/lake/lake_models.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { lakeExtensions } from "../../tasks/lake/lake_extensions.ts";
import { print } from "./client.ts";

const [mode, lakeDir = "", days] = Deno.args;
const location = { lakeDir, extensionDir: await lakeExtensions() };

/** A random walk is not needed: the engine compresses no better for it. */
function ticksOfDay(day: number): string {
  return `INSERT INTO lake.silver.crypto_ticks BY NAME
    SELECT 'coin-' || coin AS crypto_symbol,
      made + to_seconds(13) AS api_timestamp,
      (hash(made, coin) % 10000000000000)::DECIMAL(38, 18) / 100000000
        + 1 AS price_usd,
      (hash(coin, made) % 1000000000000)::DECIMAL(38, 8) AS volume_24h,
      (hash(made) % 1000000000000)::DECIMAL(38, 8) AS market_cap_usd,
      ((hash(made) % 2000)::BIGINT - 1000)::DECIMAL(38, 18) / 100
        AS percent_change_24h,
      'bench' AS source_system,
      made + to_seconds(31) AS processing_timestamp,
      made + to_seconds(30) AS kafka_timestamp,
      'bench' AS kafka_topic, 0 AS topic_epoch, 0 AS kafka_partition,
      ${day * 1440} + minute AS kafka_offset
    FROM (
      SELECT minute, coin,
        TIMESTAMP '2025-01-01' + to_days(${day}) + to_minutes(minute) AS made
      FROM (SELECT unnest(range(1440))::INTEGER AS minute),
        (SELECT unnest(range(10)) AS coin)
    )`;
}

const questions: Readonly<Record<string, string>> = {
  // The baseline: every price is read once.
  "plain sum of all prices": "SELECT sum(price_usd) FROM silver.crypto_ticks",
  "crypto_latest": "SELECT * FROM gold.crypto_latest",
  "last day's hourly candles": `SELECT * FROM gold.crypto_hourly_ohlc
    WHERE hour_start >= (SELECT max(api_timestamp) FROM silver.crypto_ticks)
      - INTERVAL 1 DAY`,
  "all hourly candles": "SELECT * FROM gold.crypto_hourly_ohlc",
  // Without what the maintenance has stored of them.
  "the same from all ticks": `SELECT * FROM (${
    views["gold.crypto_hourly_ohlc"]
  })`,
};

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

if (mode === "fill") {
  await (await openWriter(location)).close();
  const database = await attach({
    ...location,
    isWriter: true,
    tempName: "bench",
    memoryMb: 1_024,
  });
  for (let day = 0; day < Number(days); day++) {
    await database.run(ticksOfDay(day));
  }
  database.close();
  print({ days: Number(days) });
} else if (mode === "ask") {
  const reader = await openReader(location);
  for (const [name, sql] of Object.entries(questions)) {
    for (let round = 0; round < 6; round++) {
      const begun = performance.now();
      const before = cpuSeconds();
      const { rows } = await reader.query(sql);
      const ms = performance.now() - begun;
      const cpu = cpuSeconds() - before;
      // The first one reads the files for the first time.
      if (round > 0) print({ name, ms, cpu, rows: rows.length });
    }
  }
  await reader.close();
} else {
  const writer = await openWriter(location);
  const { before, after, durationMs } = await writer.maintain();
  print({ before: before.files, after: after.files, durationMs });
  await writer.close();
}
