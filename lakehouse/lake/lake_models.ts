// The SQL that is generated from the dbt project.

import candidates from "../sql/embedded/incremental/candidates.sql" with {
  type: "text",
};
import readCandidates from "../sql/embedded/incremental/read_candidates.sql" with {
  type: "text",
};
import fullCandidates from "../sql/embedded/full/candidates.sql" with {
  type: "text",
};
import rejects from "../sql/embedded/incremental/crypto_rejects.sql" with {
  type: "text",
};
import revisions from "../sql/embedded/incremental/crypto_revisions.sql" with {
  type: "text",
};
import ticks from "../sql/embedded/incremental/crypto_ticks.sql" with {
  type: "text",
};
import pricesClean from "../sql/embedded/silver/crypto_prices_clean.sql" with {
  type: "text",
};
import latest from "../sql/embedded/gold/crypto_latest.sql" with {
  type: "text",
};
import hourly from "../sql/embedded/gold/crypto_hourly_ohlc.sql" with {
  type: "text",
};
import daily from "../sql/embedded/gold/crypto_daily_ohlc.sql" with {
  type: "text",
};
import hourlyParts from "../sql/embedded/parts/crypto_hourly_ohlc.sql" with {
  type: "text",
};
import dailyParts from "../sql/embedded/parts/crypto_daily_ohlc.sql" with {
  type: "text",
};
import dimCrypto from "../sql/embedded/gold/dim_crypto.sql" with {
  type: "text",
};
import dimTime from "../sql/embedded/gold/dim_time.sql" with {
  type: "text",
};
import factHourly from "../sql/embedded/gold/fact_crypto_hourly.sql" with {
  type: "text",
};

/**
 * Statements of a transaction; they read the temporary tables `batch` and
 * `read_coins`.
 */
export const incremental = {
  /** Of the rows that the models read. */
  candidates,
  /** Of the rows that were read in V8. */
  readCandidates,
  rejects,
  revisions,
  ticks,
};

/**
 * What the views are, as SELECTs over silver, by name, in the order in which they
 * are created.
 */
export const views: Readonly<Record<string, string>> = {
  "silver.crypto_prices_clean": pricesClean,
  "gold.crypto_latest": latest,
  "gold.crypto_hourly_ohlc": hourly,
  "gold.crypto_daily_ohlc": daily,
  "gold.dim_crypto": dimCrypto,
  "gold.dim_time": dimTime,
  "gold.fact_crypto_hourly": factHourly,
};

/** The views that lakes have where those would read all ticks. */
export const partViews: Readonly<Record<string, string>> = {
  "gold.crypto_hourly_ohlc": hourlyParts,
  "gold.crypto_daily_ohlc": dailyParts,
};

/** The candidates of all of bronze. */
export const full = { candidates: fullCandidates };
