// A record as a row of the outbox's database.

import type { SQLOutputValue } from "node:sqlite";
import { utf8Length } from "../../lib/utf8.ts";
import type { PriceRecord, RecordRef, Waiting } from "./outbox.ts";

/** A row of the table `records`; its members are the columns. */
export interface Row
  extends RecordRef, Pick<PriceRecord, "id" | "topic" | "key" | "value"> {
  /** The record's headers, a JSON object. */
  readonly headers: string;
  /** The record's timestamp, ms since 1970. */
  readonly timestamp_ms: number;
}

/** A row as SQLite returns it. */
export type SqlRow = Readonly<Record<string, SQLOutputValue>>;

/** Makes the row of a record. */
export function rowOf(seq: number, record: PriceRecord): Row {
  const { id, topic, key, value, timestampMs: timestamp_ms } = record;
  const headers = JSON.stringify(record.headers);
  const bytes = utf8Length(key) + utf8Length(value) + utf8Length(headers);
  return { seq, id, topic, key, value, headers, timestamp_ms, bytes };
}

/** Reads a row that SQLite returned. */
export function rowFrom(sql: SqlRow): Row {
  return {
    seq: Number(sql.seq),
    id: String(sql.id),
    topic: String(sql.topic),
    key: String(sql.key),
    value: String(sql.value),
    headers: String(sql.headers),
    timestamp_ms: Number(sql.timestamp_ms),
    bytes: Number(sql.bytes),
  };
}

/**
 * Reads the record of a row.
 *
 * @throws {SyntaxError} when its headers are not JSON.
 */
export function waitingOf(row: Row): Waiting {
  const { seq, bytes, id, topic, key, value, timestamp_ms } = row;
  const headers = JSON.parse(row.headers);
  const record = { id, topic, key, value, headers, timestampMs: timestamp_ms };
  return { seq, bytes, record };
}

/** Whether a row of a damaged file is intact enough to be sent. */
export function isUsable(sql: SqlRow): boolean {
  const texts = [sql.id, sql.topic, sql.key, sql.value, sql.headers];
  if (!texts.every((text) => typeof text === "string" && text !== "")) {
    return false;
  }
  const numbers = [sql.seq, sql.timestamp_ms, sql.bytes];
  if (!numbers.every(Number.isSafeInteger)) return false;
  try {
    JSON.parse(String(sql.headers));
    JSON.parse(String(sql.value));
    return true;
  } catch {
    return false;
  }
}
