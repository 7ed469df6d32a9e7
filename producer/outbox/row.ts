/**
 * A record as a row of the outbox's database.
 *
 * @module
 */

import type { PriceRecord } from "./outbox.ts";
import type { Waiting } from "./outbox.ts";

/** A row of the table `records`. */
export interface Row {
  /** The place in the queue. */
  readonly seq: number;
  /** `ce_id`. */
  readonly id: string;
  /** The topic that the record was made for. */
  readonly topic: string;
  /** The record's key. */
  readonly key: string;
  /** The record's value. */
  readonly value: string;
  /** The record's headers, a JSON object. */
  readonly headers: string;
  /** The record's time, ms since 1970. */
  readonly timestamp_ms: number;
  /** What counts against the outbox's bound. */
  readonly bytes: number;
}

/** The row of a record. */
export function rowOf(seq: number, record: PriceRecord): Row {
  const headers = JSON.stringify(record.headers);
  return {
    seq,
    id: record.id,
    topic: record.topic,
    key: record.key,
    value: record.value,
    headers,
    timestamp_ms: record.timestampMs,
    bytes: record.value.length + headers.length,
  };
}

/** The record of a row. */
export function waitingOf(row: Row): Waiting {
  return {
    seq: row.seq,
    bytes: row.bytes,
    record: {
      id: row.id,
      topic: row.topic,
      key: row.key,
      value: row.value,
      headers: JSON.parse(row.headers),
      timestampMs: row.timestamp_ms,
    },
  };
}

/** Whether a row of a damaged file can be used. */
export function isRow(row: Readonly<Record<string, unknown>>): boolean {
  const texts = [row.id, row.topic, row.key, row.value, row.headers];
  if (!texts.every((text) => typeof text === "string" && text !== "")) {
    return false;
  }
  const numbers = [row.seq, row.timestamp_ms, row.bytes];
  if (!numbers.every(Number.isSafeInteger)) return false;
  try {
    JSON.parse(String(row.headers));
    JSON.parse(String(row.value));
    return true;
  } catch {
    return false;
  }
}
