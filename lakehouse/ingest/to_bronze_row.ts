// A Kafka record as a row of bronze. Text stays text; bytes that are none are
// written as base64, so that no record is refused and every byte is kept.

import { Buffer, isUtf8 } from "node:buffer";
import type { DecodedRecord } from "../../kafka/records/record.ts";
import { RecentTexts } from "../../lib/recent_text.ts";
import { utf8Bytes, utf8Text } from "../../lib/utf8.ts";
import type { BronzeRow } from "../lake/bronze_row.ts";
import { coinWords, readPlainRecord } from "../lake/plain_record.ts";
import { PlainHeaders } from "./plain_headers.ts";

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

function base64(bytes: Uint8Array): Uint8Array {
  return utf8Bytes(bytes.toBase64());
}

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
  return utf8Text(bytes);
}

function marked(bytes: Uint8Array): string {
  const text = textOf(bytes);
  // A text that looks like marked bytes is marked itself: nothing is ambiguous.
  return text === undefined || text.startsWith(mark)
    ? mark + bytes.toBase64()
    : text;
}

/** Values of the headers of the record before as JSON text, by their place. */
const values = new RecentTexts((bytes) => JSON.stringify(marked(bytes)));

function valueOf(bytes: Uint8Array | null, place: number): string {
  return bytes === null
    ? "null"
    : values.at(place).read(bytes, 0, bytes.length);
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
    : headers.some((header, place) =>
      headers.findIndex((other) => other[0] === header[0]) < place
    );
}

const plain = new PlainHeaders(mark);

/** Not by way of an object, which would put names that are numbers first. */
function headersOf(record: DecodedRecord): string {
  const text = plain.read(record);
  if (text !== undefined) return text;
  const { headers } = record;
  const isOfLists = isRepeated(headers);
  plain.expect(isOfLists ? [] : headers.map(([name]) => name));
  const members = isOfLists
    ? Array.from(Map.groupBy(headers, ([name]) => name), ([name, all]) => {
      const values = all.map(([, bytes], place) => valueOf(bytes, place));
      const value = all.length > 1 ? `[${values.join()}]` : values.join();
      return `${nameOf(name)}:${value}`;
    })
    : headers.map((header, place) =>
      `${nameOf(header[0])}:${valueOf(header[1], place)}`
    );
  return `{${members.join(",")}}`;
}

function payloadOf(
  value: Uint8Array | null,
  { bronzeOnly = false }: RowOptions,
): Pick<BronzeRow, "payload" | "payloadEncoding" | "coins"> {
  if (value === null) return { payload: null, payloadEncoding: null };
  // Without a text of it, which V8 would have to collect: it is most of a row.
  return isUtf8(value)
    ? {
      payload: value,
      payloadEncoding: "utf-8",
      coins: bronzeOnly ? undefined : readPlainRecord(value),
    }
    : { payload: base64(value), payloadEncoding: "base64" };
}

/** Never throws, whatever the record's bytes are. */
export function toBronzeRow(
  record: DecodedRecord,
  { topic, epoch, partition }: RecordPlace,
  options: RowOptions = {},
): BronzeRow {
  const { offset, timestampMs, key, value } = record;
  const hasTime = timestampMs !== -1 && Math.abs(timestampMs) <= maxTimestampMs;
  return {
    topic,
    epoch,
    partition,
    offset,
    timestampMs: hasTime ? timestampMs : null,
    key: key && marked(key),
    headers: headersOf(record),
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
  return text.startsWith(mark) ? text : mark + utf8Bytes(text).toBase64();
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
      payload: base64(payload),
      payloadEncoding: "base64",
      coins: undefined,
    },
  };
}

function isSameBytes(
  one: Uint8Array | null,
  other: Uint8Array | null,
): boolean {
  return one === null || other === null
    ? one === other
    : Buffer.compare(one, other) === 0;
}

function isSameText(one: BronzeRow, other: BronzeRow): boolean {
  return one.key === other.key &&
    one.headers === other.headers &&
    isSameBytes(one.payload, other.payload) &&
    one.payloadEncoding === other.payloadEncoding;
}

/** Whether two rows are the same record; where they are stored plays no part. */
export function isSameRecord(one: BronzeRow, other: BronzeRow): boolean {
  return one.timestampMs === other.timestampMs &&
    // The lake may have taken one of them as base64 only.
    (isSameText(one, other) || isSameText(asAscii(one), asAscii(other)));
}
