// A Kafka record as a row of bronze. Text stays text; bytes that are none are
// written as base64, so that no record is refused and every byte is kept.

import type { DecodedRecord } from "../../kafka/records/record_set.ts";
import type { BronzeRow } from "../lake/bronze_row.ts";
import { coinWords, readPlainRecord } from "../lake/plain_record.ts";

/** Where a record is in the lake. */
export interface RecordPlace {
  /** The topic's name. */
  readonly topic: string;
  /** As in {@linkcode BronzeRow}. */
  readonly epoch: number;
  /** The partition's number. */
  readonly partition: number;
}

/** How {@linkcode toBronzeRow} makes a row. */
export interface RowOptions {
  /** Whether the payload's coins are not read. @default false */
  readonly bronzeOnly?: boolean;
}

const loose = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Marks bytes that are not text in keys and headers. */
const mark = "base64:";

/** What a Date can hold, ms; a TIMESTAMP of the lake reaches further. */
const maxTimestampMs = 8.64e15;

/** Up to this length a loop is faster than a decoder, in bytes. */
const shortBytes = 8;

function shortAscii(bytes: Uint8Array): string | undefined {
  let text = "";
  // Not an iterator, which costs more than the rest of it.
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The text; `undefined` for bytes that are not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length <= shortBytes) {
    const ascii = shortAscii(bytes);
    if (ascii !== undefined) return ascii;
  }
  const text = loose.decode(bytes);
  // A strict decoder is four times slower: it decides only where a character
  // stands that a loose one puts in the place of what is not UTF-8.
  if (!text.includes("\ufffd")) return text;
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

function valueOf(bytes: Uint8Array | null): string {
  return bytes === null ? "null" : JSON.stringify(marked(bytes));
}

/** Names as JSON text, which are the same in most records. */
const names = new Map<string, string>();
const maxNames = 1_000;

function nameOf(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  if (names.size < maxNames) names.set(name, text);
  return text;
}

/** Up to so many, comparing each with each is faster than a set. */
const fewHeaders = 16;

function isRepeated(headers: DecodedRecord["headers"]): boolean {
  return headers.length > fewHeaders
    ? new Set(headers.map(([name]) => name)).size < headers.length
    : headers.some(([name], place) =>
      headers.findIndex(([other]) => other === name) < place
    );
}

/** Not by way of an object, which would put names that are numbers first. */
function headersOf(headers: DecodedRecord["headers"]): string {
  const members = isRepeated(headers)
    ? Array.from(Map.groupBy(headers, ([name]) => name), ([name, all]) => {
      const values = all.map(([, bytes]) => valueOf(bytes)).join(",");
      const value = all.length > 1 ? `[${values}]` : values;
      return `${nameOf(name)}:${value}`;
    })
    : headers.map(([name, bytes]) => `${nameOf(name)}:${valueOf(bytes)}`);
  return `{${members.join(",")}}`;
}

function payloadOf(
  value: Uint8Array | null,
  { bronzeOnly = false }: RowOptions,
): Pick<BronzeRow, "payload" | "payloadEncoding" | "coins"> {
  if (value === null) return { payload: null, payloadEncoding: null };
  const text = textOf(value);
  return text === undefined
    ? { payload: value.toBase64(), payloadEncoding: "base64" }
    : {
      payload: text,
      payloadEncoding: "utf-8",
      coins: bronzeOnly ? undefined : readPlainRecord(value),
    };
}

/** Never throws, whatever the record's bytes are. */
export function toBronzeRow(
  { offset, timestampMs, key, value, headers }: DecodedRecord,
  { topic, epoch, partition }: RecordPlace,
  options: RowOptions = {},
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
    ...payloadOf(value, options),
  };
}

const coinBytes = coinWords.count * Int32Array.BYTES_PER_ELEMENT;

/** About how much memory a row takes, in bytes. */
export function bytesOf({ key, headers, payload, coins }: BronzeRow): number {
  const rest = 200;
  return (key?.length ?? 0) + headers.length + (payload?.length ?? 0) +
    (coins?.ids.length ?? 0) * coinBytes + rest;
}

/** A key, or a header's value, with its bytes as base64. */
function markedText(text: string): string {
  return text.startsWith(mark)
    ? text
    : mark + new TextEncoder().encode(text).toBase64();
}

/**
 * The same record in letters, digits and signs of ASCII alone: all bytes are
 * kept, and nothing is left that a database could trip over.
 */
export function asAscii(row: BronzeRow): BronzeRow {
  const { key, headers, payload, payloadEncoding } = row;
  return {
    ...row,
    key: key === null ? null : markedText(key),
    headers: headers.replace(
      /[^\x20-\x7e]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
    ...payload === null || payloadEncoding === "base64" ? {} : {
      payload: new TextEncoder().encode(payload).toBase64(),
      payloadEncoding: "base64",
      coins: undefined,
    },
  };
}

/** DuckDB's client drops a byte order mark from what it reads. */
function unmarked(text: string | null): string | null {
  return text?.replace(/^\ufeff/, "") ?? null;
}

function isSameText(one: BronzeRow, other: BronzeRow): boolean {
  return unmarked(one.key) === unmarked(other.key) &&
    one.headers === other.headers &&
    unmarked(one.payload) === unmarked(other.payload) &&
    one.payloadEncoding === other.payloadEncoding;
}

/** Whether two rows are the same record; where they are stored plays no part. */
export function isSameRecord(one: BronzeRow, other: BronzeRow): boolean {
  return one.timestampMs === other.timestampMs &&
    // The lake may have taken one of them as base64 only.
    (isSameText(one, other) || isSameText(asAscii(one), asAscii(other)));
}
