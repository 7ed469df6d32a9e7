// What `lake verify` asks the lake, and how the answers are judged: pure.

import { plural } from "../../lib/plural.ts";
import { fail, type Finding, ok } from "../verify/finding.ts";

/** Rows as text, as the lake's reader gives them. */
export type Rows = readonly (readonly (string | null)[])[];

/** A query and its judgement. */
export interface LakeCheck {
  readonly name: string;
  readonly sql: string;
  readonly judge: (rows: Rows) => Finding;
}

const rebuild = "deno task lake rebuild computes silver from bronze again";
const report = "please report it, with the output of: deno task lake history";

function numberAt(rows: Rows, column: number): number {
  return Number(rows[0]?.[column] ?? 0);
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

const bronzeKey: LakeCheck = {
  name: "bronze key",
  sql: `SELECT count(*), count(DISTINCT (kafka_topic, topic_epoch,
    kafka_partition, kafka_offset)) FROM bronze.crypto_ticks_raw`,
  judge(rows) {
    const [records, distinct] = [numberAt(rows, 0), numberAt(rows, 1)];
    if (records === distinct) {
      return ok(`${plural(records, "record")}, each offset once`);
    }
    return fail(
      `${plural(records - distinct, "record")} of ${grouped(records)} in ` +
        "bronze more than once",
      report,
    );
  },
};

/** Offsets that are neither in bronze nor known to have no record. */
const offsets: LakeCheck = {
  name: "offsets",
  sql: `SELECT kafka_topic, topic_epoch, kafka_partition, begins, ends
    FROM (
      SELECT kafka_topic, topic_epoch, kafka_partition,
        -- What the topic had no longer at the beginning is a gap from 0.
        coalesce(max(last) OVER (
          PARTITION BY kafka_topic, topic_epoch, kafka_partition
          ORDER BY first, last
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS begins,
        first AS ends
      FROM (
        SELECT kafka_topic, topic_epoch, kafka_partition,
          kafka_offset AS first, kafka_offset + 1 AS last
        FROM bronze.crypto_ticks_raw
        UNION ALL
        SELECT kafka_topic, topic_epoch, kafka_partition,
          from_offset, to_offset
        FROM bronze.offset_gaps
      )
    ) WHERE ends > begins ORDER BY ALL LIMIT 5`,
  judge(rows) {
    const [first] = rows;
    if (first === undefined) {
      return ok("every offset is in bronze, or recorded as without a record");
    }
    const [topic, , partition, begins, ends] = first;
    return fail(
      `offsets ${begins} to ${Number(ends) - 1} of ${topic}, partition ` +
        `${partition}, are missing in bronze`,
      report,
    );
  },
};

const gaps: LakeCheck = {
  name: "gaps",
  sql: `SELECT reason, sum(to_offset - from_offset)
    FROM bronze.offset_gaps
    WHERE reason IN ('retention', 'unreadable', 'refused')
    GROUP BY reason ORDER BY reason`,
  judge(rows) {
    if (rows.length === 0) {
      return ok("no record was deleted or damaged before it was read");
    }
    const text = rows.map(([reason, count]) =>
      `${grouped(Number(count))} ${
        reason === "retention" ? "deleted by retention" : reason
      }`
    ).join(", ");
    return {
      verdict: "warn",
      detail: `offsets that never reached the lake: ${text}`,
      next: "keep lake run running, or raise the topic's retention.ms",
    };
  },
};

const silverKey: LakeCheck = {
  name: "silver key",
  sql: `SELECT count(*), count(DISTINCT (crypto_symbol, api_timestamp)),
      count(DISTINCT crypto_symbol) FROM silver.crypto_ticks`,
  judge(rows) {
    const [ticks, distinct] = [numberAt(rows, 0), numberAt(rows, 1)];
    if (ticks === distinct) {
      return ok(
        `${plural(ticks, "tick")} of ${plural(numberAt(rows, 2), "coin")}, ` +
          "each observation once",
      );
    }
    return fail(
      `${plural(ticks - distinct, "tick")} in silver more than once`,
      rebuild,
    );
  },
};

const gold: LakeCheck = {
  name: "gold",
  sql: `SELECT count(*), count(*) FILTER (
      low_price > open_price OR low_price > close_price
      OR high_price < open_price OR high_price < close_price
      OR low_price <= 0 OR tick_count < 1
    ) FROM gold.crypto_hourly_ohlc`,
  judge(rows) {
    const [candles, wrong] = [numberAt(rows, 0), numberAt(rows, 1)];
    if (wrong === 0) {
      return ok(
        `${plural(candles, "hourly candle")}, low <= open, close <= high`,
      );
    }
    return fail(
      `${grouped(wrong)} of ${grouped(candles)} hourly candles are outside ` +
        "their own low and high",
      report,
    );
  },
};

const rejects: LakeCheck = {
  name: "rejects",
  sql: `SELECT reason, count(*) FROM silver.crypto_rejects
    GROUP BY reason ORDER BY count(*) DESC`,
  judge(rows) {
    if (rows.length === 0) return ok("none");
    const total = rows.reduce((sum, [, count]) => sum + Number(count), 0);
    const text = rows.map(([reason, count]) => `${reason} ${count}`).join(", ");
    return ok(`${grouped(total)}, each with its reason: ${text}`);
  },
};

const bronze = "lake.bronze.crypto_ticks_raw";

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
 * Silver and rejects beside what the models make of bronze again, and the
 * invariant: each record of bronze gave a tick candidate or a reject.
 *
 * @param candidates The generated statement over all of bronze.
 * @param records Rows of bronze at most, the newest ones; all if `undefined`.
 */
export function modelCheck(
  candidates: string,
  records: number | undefined,
): LakeCheck {
  const limit = records === undefined ? "" : `ORDER BY ingestion_timestamp DESC,
    kafka_partition DESC, kafka_offset DESC LIMIT ${records}`;
  // A tick's values may come from a record outside the part: the first of two
  // equal observations wins, whichever record brought it.
  const sql = `WITH part AS (SELECT * FROM ${bronze} ${limit}),
    candidate AS (${candidates.replaceAll(bronze, "part")}),
    good AS (SELECT * FROM candidate WHERE reason IS NULL)
  SELECT
    (SELECT count(*) FROM part),
    (SELECT count(*) FROM part WHERE NOT EXISTS (
      SELECT 1 FROM candidate WHERE ${sameKey("candidate", "part")})),
    (SELECT count(*) FROM good
      LEFT JOIN silver.crypto_ticks AS tick
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
  return {
    name: "models",
    sql,
    judge(rows) {
      const [count = 0, lost = 0, missing = 0, wrong = 0, rejects = 0] = [
        0,
        1,
        2,
        3,
        4,
      ].map((column) => numberAt(rows, column));
      const what = records === undefined || count < records
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
      return fail(`of ${what}: ${text}`, rebuild);
    },
  };
}

/** The checks that need nothing but the lake. */
export const lakeChecks: readonly LakeCheck[] = [
  bronzeKey,
  offsets,
  gaps,
  silverKey,
  rejects,
  gold,
];
