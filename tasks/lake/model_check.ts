// Silver beside what the models make of bronze again: queries and judgement.

import { literal } from "../../lakehouse/lake/lake_names.ts";
import { plural } from "../../lib/plural.ts";
import { fail, type Finding, ok } from "../verify/finding.ts";
import { grouped, rebuildStep } from "./lake_checks.ts";

const bronze = "lake.bronze.crypto_ticks_raw";

/** As dbt writes it. */
const bronzeInModels = '"lake"."bronze"."crypto_ticks_raw"';

/** The newest records of bronze, as a query. */
export function newestRecords(records: number): string {
  return `SELECT * FROM ${bronze} ORDER BY ingestion_timestamp DESC,
    kafka_partition DESC, kafka_offset DESC LIMIT ${records}`;
}

/**
 * The ranges of offsets that have records, each with their number: each fits
 * into memory, whatever the size of the lake.
 *
 * @param offsets Offsets of a range.
 */
export function rangesSql(offsets: number): string {
  return `SELECT kafka_topic, topic_epoch, kafka_partition,
      kafka_offset // ${offsets} * ${offsets} AS first, count(*)
    FROM ${bronze} GROUP BY ALL ORDER BY ALL`;
}

/** The records of a range, as a query; the row is one of {@linkcode rangesSql}'s. */
export function recordsOf(
  [topic, epoch, partition, first]: readonly (string | null)[],
  offsets: number,
): string {
  return `SELECT * FROM ${bronze}
    WHERE kafka_topic = ${literal(topic ?? "")} AND topic_epoch = ${epoch}
      AND kafka_partition = ${partition} AND kafka_offset >= ${first}
      AND kafka_offset < ${BigInt(first ?? 0) + BigInt(offsets)}`;
}

function sameKey(a: string, b: string): string {
  return ["kafka_topic", "topic_epoch", "kafka_partition", "kafka_offset"]
    .map((column) => `${a}.${column} = ${b}.${column}`).join(" AND ");
}

function sameCoin(a: string, b: string): string {
  return `${a}.crypto_symbol IS NOT DISTINCT FROM ${b}.crypto_symbol`;
}

function sameValues(a: string, b: string): string {
  return ["price_usd", "volume_24h", "market_cap_usd", "percent_change_24h"]
    .map((column) => `${a}.${column} IS NOT DISTINCT FROM ${b}.${column}`)
    .join(" AND ");
}

/**
 * Silver and rejects beside what the models make of a part of bronze again, and
 * the invariant: each record of bronze gave a tick candidate or a reject. The
 * result is a row: records, then those of {@linkcode judgeModels}'s faults.
 *
 * @param candidates The generated statement over all of bronze.
 * @param part A query for rows of bronze.
 * @throws {RangeError} when the statement does not read bronze.
 */
export function modelSql(candidates: string, part: string): string {
  if (!candidates.includes(bronzeInModels)) {
    throw new RangeError(`the models do not read ${bronzeInModels}`);
  }
  // A tick's values may come from a record outside the part: the first of two
  // equal observations wins, whichever record brought it.
  return `WITH part AS (${part}),
    candidate AS (${candidates.replaceAll(bronzeInModels, "part")}),
    good AS (SELECT * FROM candidate WHERE reason IS NULL),
    known AS (SELECT * FROM silver.crypto_ticks
      WHERE api_timestamp BETWEEN (SELECT min(api_timestamp) FROM good)
        AND (SELECT max(api_timestamp) FROM good))
  SELECT
    (SELECT count(*) FROM part),
    (SELECT count(*) FROM part WHERE NOT EXISTS (
      SELECT 1 FROM candidate WHERE ${sameKey("candidate", "part")})),
    (SELECT count(*) FROM good
      LEFT JOIN known AS tick
        ON tick.crypto_symbol = good.crypto_symbol
        AND tick.api_timestamp = good.api_timestamp
      WHERE tick.crypto_symbol IS NULL
        OR NOT (${sameValues("tick", "good")}) AND NOT EXISTS (
          SELECT 1 FROM silver.crypto_revisions AS revision
          WHERE ${sameKey("revision", "good")}
            AND ${sameCoin("revision", "good")}
            AND ${sameValues("revision", "good")})),
    (SELECT count(*) FROM silver.crypto_ticks AS tick
      JOIN part ON ${sameKey("part", "tick")}
      WHERE NOT EXISTS (
        SELECT 1 FROM good WHERE ${sameKey("good", "tick")}
          AND ${sameCoin("good", "tick")}
          AND ${sameValues("good", "tick")})),
    (SELECT count(*) FROM candidate WHERE reason IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM silver.crypto_rejects AS reject
      WHERE ${sameKey("reject", "candidate")}
        AND ${sameCoin("reject", "candidate")}
        AND reject.reason = candidate.reason))`;
}

/**
 * Judges the sums over all parts.
 *
 * @param newest Records at most; all if `undefined`.
 */
export function judgeModels(
  [count = 0, lost = 0, missing = 0, wrong = 0, rejects = 0]: readonly number[],
  newest: number | undefined,
): Finding {
  const what = newest === undefined || count < newest
    ? `all ${plural(count, "record")}`
    : `the newest ${plural(count, "record")}`;
  if (lost + missing + wrong + rejects === 0) {
    return ok(`silver is what the models make of ${what} again`);
  }
  const faults: [number, string][] = [
    [lost, "without a tick or a reject"],
    [missing, "observed but not in silver"],
    [wrong, "in silver with other values"],
    [rejects, "missing in silver's rejects"],
  ];
  const text = faults.filter(([number]) => number > 0)
    .map(([number, fault]) => `${grouped(number)} ${fault}`).join(", ");
  return fail(`of ${what}: ${text}`, rebuildStep);
}
