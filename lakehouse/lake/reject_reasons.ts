// Why a record, or a coin of it, gave no tick. The models name them.

/** The values of `reason` in `silver.crypto_rejects`. */
export const rejectReasons = [
  /** The value is not JSON, not UTF-8, or a tombstone. */
  "not_json",
  /** JSON without an object `data`: a rate-limit response, for example. */
  "no_data_object",
  /** A coin without a price, or one that is not a number. */
  "price_null",
  /** Zero or less, also after rounding to 18 digits. */
  "price_not_positive",
  /** 20 or more digits before the point. */
  "price_out_of_range",
  /** A coin without `last_updated_at`. */
  "timestamp_missing",
  /** More than five minutes after the record's ingestion. */
  "timestamp_in_future",
] as const;

/** One of {@linkcode rejectReasons}. */
export type RejectReason = typeof rejectReasons[number];
