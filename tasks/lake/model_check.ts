// Silver beside what the models make of bronze again: queries and judgement.

import { literal } from "../../lakehouse/lake/lake_names.ts";
import { plural } from "../../lib/plural.ts";
import { fail, type Finding, ok } from "../verify/finding.ts";
import { grouped, rebuildStep } from "./lake_checks.ts";

const bronze = "lake.bronze.crypto_ticks_raw";

/** As dbt writes it. */
const bronzeInModels = '"lake"."bronze"."crypto_ticks_raw"';

const silver = {
  ticks: "silver.crypto_ticks",
  revisions: "silver.crypto_revisions",
  rejects: "silver.crypto_rejects",
} as const;

const keyColumns = [
  "kafka_topic",
  "topic_epoch",
  "kafka_partition",
  "kafka_offset",
] as const;
const key = keyColumns.join(", ");
const place = keyColumns.slice(0, 3).join(", ");
const values = [
  "price_usd",
  "volume_24h",
  "market_cap_usd",
  "percent_change_24h",
] as const;
const times = "processing_timestamp, kafka_timestamp";
const observation = `crypto_symbol, ${values.join(", ")}, api_timestamp,
  source_system, ${times}, ${key}`;
const reject = `crypto_symbol, reason, ${times}, ${key}`;

/** Records of bronze, and what silver has of their offsets. */
export interface ModelPart {
  /** A query for the records. */
  readonly records: string;
  /**
   * A query for the rows of one of silver's tables with offsets of the part,
   * also where bronze has no such record. It may read the records as `part`.
   */
  readonly rowsOf: (table: string) => string;
}

/** The newest records of bronze: in each partition, the last ones. */
export function newestRecords(records: number): ModelPart {
  return {
    records: `SELECT * FROM ${bronze} ORDER BY ingestion_timestamp DESC,
      kafka_partition DESC, kafka_offset DESC LIMIT ${records}`,
    rowsOf: (table) =>
      `SELECT * FROM ${table} AS one WHERE EXISTS (
        SELECT 1 FROM (
          SELECT ${place}, min(kafka_offset) AS first FROM part GROUP BY ALL
        ) AS begin
        WHERE ${same("begin", "one", keyColumns.slice(0, 3))}
          AND one.kafka_offset >= begin.first)`,
  };
}

/**
 * The ranges of offsets that have records or rows of silver, each with the
 * number of its records: each fits into memory, whatever the size of the lake.
 *
 * @param offsets Offsets of a range.
 */
export function rangesSql(offsets: number): string {
  const from = (table: string, records: number) =>
    `SELECT ${key}, ${records} AS records FROM ${table}`;
  // Rounded down, also below 0: damage may be there.
  return `SELECT ${place},
      (kafka_offset - CASE WHEN kafka_offset < 0 THEN ${offsets - 1} ELSE 0 END)
        // ${offsets} * ${offsets} AS first,
      sum(records)
    FROM (
      ${from(bronze, 1)}
      ${
    Object.values(silver).map((table) => `UNION ALL ${from(table, 0)}`)
      .join(" ")
  }
    ) GROUP BY ALL ORDER BY ALL`;
}

/** A part of all offsets; the row is one of {@linkcode rangesSql}'s. */
export function rangeOf(
  [topic = null, epoch, partition, first = null]: readonly (string | null)[],
  offsets: number,
): ModelPart {
  const range = first === null
    ? "kafka_offset IS NULL"
    : `kafka_offset >= ${first} AND kafka_offset < ${
      BigInt(first) + BigInt(offsets)
    }`;
  const rowsOf = (table: string) =>
    `SELECT * FROM ${table}
      WHERE kafka_topic IS NOT DISTINCT FROM ${
      topic === null ? "NULL" : literal(topic)
    }
        AND topic_epoch IS NOT DISTINCT FROM ${epoch}
        AND kafka_partition IS NOT DISTINCT FROM ${partition} AND ${range}`;
  return { records: rowsOf(bronze), rowsOf };
}

function same(a: string, b: string, columns: readonly string[]): string {
  return columns.map((column) => `${a}.${column} = ${b}.${column}`)
    .join(" AND ");
}

function sameValues(a: string, b: string): string {
  return values
    .map((column) => `${a}.${column} IS NOT DISTINCT FROM ${b}.${column}`)
    .join(" AND ");
}

/** The place of a row in the order in which the models saw the records. */
function order(row: string): string {
  const columns = ["processing_timestamp", ...keyColumns];
  return `(${columns.map((column) => `${row}.${column}`).join(", ")})`;
}

/**
 * Silver and rejects beside what the models make of a part of bronze again, and
 * the invariant: each record of bronze gave a tick candidate or a reject. The
 * result is a row: records, then those of {@linkcode judgeModels}'s faults.
 *
 * @param candidates The generated statement over all of bronze.
 * @throws {RangeError} when the statement does not read bronze.
 */
export function modelSql(
  candidates: string,
  { records, rowsOf }: ModelPart,
): string {
  if (!candidates.includes(bronzeInModels)) {
    throw new RangeError(`the models do not read ${bronzeInModels}`);
  }
  const inPart = `EXISTS (
      SELECT 1 FROM part WHERE ${same("part", "one", keyColumns)})`;
  const countOf = (rows: string, where = "true") =>
    `(SELECT count(*) FROM (${rows}) AS one WHERE ${where})`;
  const without = (table: string) => countOf(`FROM ${table}`, `NOT ${inPart}`);
  // A tick may come from a record outside the part: the first of several
  // records of an observation wins, and its values make others revisions.
  return `WITH part AS (${records}),
    candidate AS (${candidates.replaceAll(bronzeInModels, "part")}),
    good AS (SELECT ${observation} FROM candidate WHERE reason IS NULL),
    known AS (SELECT * FROM ${silver.ticks}
      WHERE api_timestamp BETWEEN (SELECT min(api_timestamp) FROM good)
        AND (SELECT max(api_timestamp) FROM good)),
    tick AS (SELECT ${observation} FROM (${rowsOf(silver.ticks)})),
    revision AS (SELECT ${observation} FROM (${rowsOf(silver.revisions)})),
    reject AS (SELECT ${reject} FROM (${rowsOf(silver.rejects)})),
    seen AS (SELECT good.*, known.crypto_symbol IS NULL AS is_missing,
        NOT (${sameValues("known", "good")}) AS differs,
        ${order("known")} > ${order("good")} AS is_early
      FROM good LEFT JOIN known
      ON ${same("known", "good", ["crypto_symbol", "api_timestamp"])}),
    missing AS (SELECT ${observation} FROM seen WHERE is_missing),
    made_revision AS (SELECT ${observation} FROM seen
      WHERE differs AND NOT is_missing),
    made_reject AS (SELECT ${reject} FROM candidate WHERE reason IS NOT NULL)
  SELECT
    (SELECT count(*) FROM part),
    ${
    countOf(
      "FROM part",
      `NOT EXISTS (
        SELECT 1 FROM candidate WHERE ${same("candidate", "one", keyColumns)})`,
    )
  },
    ${countOf("FROM missing")}
      + ${countOf("FROM made_revision EXCEPT ALL FROM revision")},
    (SELECT count(DISTINCT (crypto_symbol, api_timestamp)) FROM seen
      WHERE is_early AND NOT is_missing),
    ${countOf("FROM tick EXCEPT FROM good", inPart)},
    ${
    countOf(
      // Without its tick, a revision is not known to be one.
      `FROM revision
        EXCEPT ALL (FROM made_revision UNION ALL FROM missing)`,
      inPart,
    )
  },
    ${countOf("FROM made_reject EXCEPT ALL FROM reject")},
    ${countOf("FROM reject EXCEPT ALL FROM made_reject", inPart)},
    ${["tick", "revision", "reject"].map(without).join(" + ")}`;
}

/** The faults that {@linkcode modelSql} counts, in its order. */
const faults = [
  "without a tick or a reject",
  "observed but not in silver",
  "in silver from a later record",
  "in silver with other values",
  "too many in silver's revisions",
  "missing in silver's rejects",
  "too many in silver's rejects",
  "in silver of no record in bronze",
] as const;

/**
 * Judges the sums over all parts.
 *
 * @param newest Records at most; all if `undefined`.
 */
export function judgeModels(
  [count = 0, ...counts]: readonly number[],
  newest: number | undefined,
): Finding {
  const what = newest === undefined || count < newest
    ? `all ${plural(count, "record")}`
    : `the newest ${plural(count, "record")}`;
  const found = faults.flatMap((fault, at) => {
    const number = counts[at] ?? 0;
    return number === 0 ? [] : [`${grouped(number)} ${fault}`];
  });
  if (found.length === 0) {
    return ok(`silver is what the models make of ${what} again`);
  }
  return fail(`of ${what}: ${found.join(", ")}`, rebuildStep);
}
