// What `lake verify` asks the lake, and how the answers are judged: pure.

import { lossReasons } from "../../lakehouse/lake/bronze_row.ts";
import { views } from "../../lakehouse/lake/lake_models.ts";
import { literal } from "../../lakehouse/lake/lake_names.ts";
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

/** The repair of silver. */
export const rebuildStep =
  "deno task lake rebuild computes silver from bronze again";
const report = "please report it, with the output of: deno task lake history";

function numberAt(rows: Rows, column: number): number {
  return Number(rows[0]?.[column] ?? 0);
}

/** A count for people. */
export function grouped(count: number): string {
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
    WHERE reason IN (${lossReasons.map(literal).join(", ")})
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
      rebuildStep,
    );
  },
};

/** Rows of a table whose record and coin another row has too. */
function doubled(table: string): string {
  return `SELECT count(*) - count(DISTINCT (kafka_topic, topic_epoch,
    kafka_partition, kafka_offset, crypto_symbol)) FROM ${table}`;
}

const revisions: LakeCheck = {
  name: "revisions",
  sql: `SELECT (SELECT count(*) FROM silver.crypto_revisions),
    (${doubled("silver.crypto_revisions")})`,
  judge(rows) {
    const [all, surplus] = [numberAt(rows, 0), numberAt(rows, 1)];
    if (surplus === 0) {
      return ok(`${plural(all, "revision")}, each record and coin once`);
    }
    return fail(
      `${plural(surplus, "revision")} in silver more than once`,
      rebuildStep,
    );
  },
};

const rejects: LakeCheck = {
  name: "rejects",
  sql: `SELECT reason, count(*), (${doubled("silver.crypto_rejects")})
    FROM silver.crypto_rejects GROUP BY reason ORDER BY count(*) DESC`,
  judge(rows) {
    if (rows.length === 0) return ok("none");
    const surplus = numberAt(rows, 2);
    if (surplus > 0) {
      return fail(
        `${plural(surplus, "reject")} in silver more than once`,
        rebuildStep,
      );
    }
    const total = rows.reduce((sum, [, count]) => sum + Number(count), 0);
    const text = rows.map(([reason, count]) => `${reason} ${count}`).join(", ");
    return ok(`${grouped(total)}, each with its reason: ${text}`);
  },
};

/** The views of candles: hours and days. */
const candleViews = [
  ["gold.crypto_hourly_ohlc", "hourly candle"],
  ["gold.crypto_daily_ohlc", "daily candle"],
] as const;

type CandleView = typeof candleViews[number][0];

/** For each view of candles all of them, and those that are wrong. */
function candleSql(wrong: (view: CandleView) => string): string {
  return `SELECT ${
    candleViews.map(([view]) =>
      `(SELECT count(*) FROM ${view}), (SELECT count(*) FROM ${wrong(view)})`
    ).join(", ")
  }`;
}

/** All candles as text, and the wrong ones, if any. */
function readCandles(rows: Rows): { all: string; wrong: string } {
  const found = candleViews.map(([, noun], at) => ({
    all: plural(numberAt(rows, 2 * at), noun),
    wrong: numberAt(rows, 2 * at + 1),
  }));
  return {
    all: found.map(({ all }) => all).join(" and "),
    wrong: found.filter(({ wrong }) => wrong > 0)
      .map(({ all, wrong }) => `${grouped(wrong)} of ${all}`).join(" and "),
  };
}

const gold: LakeCheck = {
  name: "gold",
  sql: candleSql((view) =>
    `${view} WHERE low_price > open_price OR low_price > close_price
      OR high_price < open_price OR high_price < close_price
      OR low_price <= 0 OR tick_count < 1`
  ),
  judge(rows) {
    const { all, wrong } = readCandles(rows);
    return wrong === ""
      ? ok(`${all}, low <= open, close <= high`)
      : fail(`outside their own low and high: ${wrong}`, report);
  },
};

/** What a maintenance has stored of candles, beside all ticks. */
const candles: LakeCheck = {
  name: "candles",
  sql: candleSql((view) => {
    const [kept, computed] = [`FROM ${view}`, `FROM (${views[view]})`];
    return `((${kept} EXCEPT ALL ${computed})
      UNION ALL (${computed} EXCEPT ALL ${kept}))`;
  }),
  judge(rows) {
    const { all, wrong } = readCandles(rows);
    return wrong === ""
      ? ok(`${all}, as computed from all ticks`)
      : fail(`rows that differ from those of all ticks: ${wrong}`, rebuildStep);
  },
};

/** The checks that need nothing but the lake. */
export const lakeChecks: readonly LakeCheck[] = [
  bronzeKey,
  offsets,
  gaps,
  silverKey,
  revisions,
  rejects,
  gold,
  candles,
];
