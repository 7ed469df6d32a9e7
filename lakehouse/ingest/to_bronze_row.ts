// A Kafka record as a row of bronze. Text stays text; bytes that are none are
// written as base64, so that no record is refused and every byte is kept.

import type { DecodedRecord } from "../../kafka/records/record_set.ts";
import type { BronzeRow } from "../lake/bronze_row.ts";

/** Where a record is in the lake. */
export interface RecordPlace {
  /** The topic's name. */
  readonly topic: string;
  /** As in {@linkcode BronzeRow}. */
  readonly epoch: number;
  /** The partition's number. */
  readonly partition: number;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Marks bytes that are not text in keys and headers. */
const mark = "base64:";

/** What a Date can hold, ms; a TIMESTAMP of the lake reaches further. */
const maxTimestampMs = 8.64e15;

/** The text; `undefined` for bytes that are not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function marked(bytes: Uint8Array): string {
  const text = textOf(bytes);
  // A text that looks like marked bytes is marked itself: nothing is ambiguous.
  return text === undefined || text.startsWith(mark)
    ? mark + bytes.toBase64()
    : text;
}

function headersOf(headers: DecodedRecord["headers"]): string {
  const values = new Map<string, (string | null)[]>();
  for (const [name, bytes] of headers) {
    const value = bytes === null ? null : marked(bytes);
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  // Not an object, which would put names that are numbers first.
  const members = Array.from(values, ([name, all]) => {
    const value = all.length > 1 ? all : all[0];
    return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  });
  return `{${members.join(",")}}`;
}

function payloadOf(
  value: Uint8Array | null,
): Pick<BronzeRow, "payload" | "payloadEncoding"> {
  if (value === null) return { payload: null, payloadEncoding: null };
  const text = textOf(value);
  return text === undefined
    ? { payload: value.toBase64(), payloadEncoding: "base64" }
    : { payload: text, payloadEncoding: "utf-8" };
}

/** Never throws, whatever the record's bytes are. */
export function toBronzeRow(
  { offset, timestampMs, key, value, headers }: DecodedRecord,
  { topic, epoch, partition }: RecordPlace,
): BronzeRow {
  const hasTime = timestampMs !== -1 && Math.abs(timestampMs) <= maxTimestampMs;
  return {
    topic,
    epoch,
    partition,
    offset,
    timestampMs: hasTime ? timestampMs : null,
    key: key && marked(key),
    headers: headersOf(headers),
    ...payloadOf(value),
  };
}

/** About how much memory a row takes, in bytes. */
export function bytesOf({ key, headers, payload }: BronzeRow): number {
  const rest = 200;
  return (key?.length ?? 0) + headers.length + (payload?.length ?? 0) + rest;
}

/** DuckDB's client drops a byte order mark from what it reads. */
function unmarked(text: string | null): string | null {
  return text?.replace(/^\ufeff/, "") ?? null;
}

/** Whether two rows are the same record; where they are stored plays no part. */
export function isSameRecord(one: BronzeRow, other: BronzeRow): boolean {
  return one.timestampMs === other.timestampMs &&
    unmarked(one.key) === unmarked(other.key) &&
    one.headers === other.headers &&
    unmarked(one.payload) === unmarked(other.payload) &&
    one.payloadEncoding === other.payloadEncoding;
}
