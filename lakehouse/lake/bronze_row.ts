// A record of the topic as bronze keeps it.

import type { PlainCoins } from "./plain_record.ts";

/** How the text of a value stands for its bytes. */
export type PayloadEncoding = "utf-8" | "base64";

/** A row of `bronze.crypto_ticks_raw`, but for its time of ingestion. */
export interface BronzeRow {
  /** The topic's name. */
  readonly topic: string;
  /** Grows by one each time the topic was deleted and created again. */
  readonly epoch: number;
  /** The partition's number. */
  readonly partition: number;
  /** The record's offset in the partition. */
  readonly offset: bigint;
  /**
   * The record's timestamp, ms since 1970; null if it has none, or one that is
   * outside the years that a TIMESTAMP can hold.
   */
  readonly timestampMs: number | null;
  /**
   * The key as text; bytes that are not UTF-8 as `base64:…`, and a text that
   * begins so, too; null without.
   */
  readonly key: string | null;
  /**
   * A JSON object: header names and their values as text, as for the key;
   * values of a repeated name as an array, a value without bytes as null.
   */
  readonly headers: string;
  /** The value as text in UTF-8, exactly as sent; null for a tombstone. */
  readonly payload: Uint8Array | null;
  /**
   * Base64 where the value's bytes are not UTF-8, or the lake did not take their
   * text; null for a tombstone.
   */
  readonly payloadEncoding: PayloadEncoding | null;
  /** The payload's coins, if they were read; else the models read them. */
  readonly coins?: PlainCoins | undefined;
}

/** Why a range of offsets has no rows in bronze. */
export const gapReasons = [
  /** Transaction markers and other records of Kafka's own. */
  "control",
  /** Offsets that the log no longer has between others. */
  "compacted",
  /** Records of an aborted transaction. */
  "aborted",
  /** Deleted by retention before they were read. */
  "retention",
  /** A batch that could not be decoded: an unknown codec, damaged bytes. */
  "unreadable",
  /** A record that the lake did not take, as text nor as base64. */
  "refused",
  /** Before the offset that `--from` began with. */
  "skipped",
] as const;

/** One of {@linkcode gapReasons}. */
export type GapReason = typeof gapReasons[number];

/** Those by which records are lost that the topic had for the lake. */
export const lossReasons: readonly GapReason[] = [
  "retention",
  "unreadable",
  "refused",
];

/** A row of `bronze.offset_gaps`: offsets that were passed without a record. */
export interface OffsetGap {
  /** The topic's name. */
  readonly topic: string;
  /** As in {@linkcode BronzeRow}. */
  readonly epoch: number;
  /** The partition's number. */
  readonly partition: number;
  /** The first offset without a record. */
  readonly from: bigint;
  /** The first offset after the gap. */
  readonly to: bigint;
  /** Why. */
  readonly reason: GapReason;
  /** More about it: the codec of an unreadable batch, why it was refused. */
  readonly detail: string | null;
}
