// A record that is larger than its topic takes becomes several, each with some
// of the coins: a complete envelope of its own. The parts follow from the
// record and the limit alone, and so do their ids.

import { createHash } from "node:crypto";
import { batchBytes } from "../kafka/batch_size.ts";
import { isObject } from "../lib/json.ts";
import { utf8Length } from "../lib/utf8.ts";
import { placeOf } from "./envelope.ts";
import type { PriceRecord, RecordPart } from "./outbox/outbox.ts";
import { parseExact } from "./sources/exact_json.ts";

/**
 * A UUID made from another one and a name (RFC 9562, version 5).
 *
 * @param namespace A UUID.
 */
export function uuid5(namespace: string, name: string): string {
  const digest = createHash("sha1")
    .update(namespace.replaceAll("-", ""), "hex").update(name).digest();
  const bytes = digest.subarray(0, 16);
  bytes[6] = 0x50 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

interface Envelope {
  readonly value: Readonly<Record<string, unknown>>;
  readonly coins: readonly (readonly [id: string, coin: unknown])[];
}

/** @returns `undefined` for a value that is not an envelope with coins. */
function parse(text: string): Envelope | undefined {
  try {
    const value = parseExact(text);
    if (!isObject(value) || !isObject(value.data)) return undefined;
    return { value, coins: Object.entries(value.data) };
  } catch {
    return undefined;
  }
}

/** Coins from one index up to another, of all the sample's coins. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** Fills ranges in order; a coin that is larger than the limit is alone. */
function rangesOf(sizes: readonly number[], limit: number): Range[] {
  const ranges: Range[] = [];
  let from = 0;
  let used = 0;
  sizes.forEach((size, index) => {
    if (index > from && used + size > limit) {
      ranges.push({ from, to: index });
      from = index;
      used = 0;
    }
    used += size;
  });
  return [...ranges, { from, to: sizes.length }];
}

/** As few ranges as the limit allows, of about the same size. */
function evenRanges(sizes: readonly number[], limit: number): Range[] {
  const fewest = rangesOf(sizes, limit).length;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return rangesOf(sizes, Math.min(limit, total / fewest + largest));
}

/**
 * Splits a record by its coins. Parts can be split again, with the same result
 * as if the whole had been split there.
 *
 * @param record A sample, or a part of one.
 * @param maxBytes What {@linkcode batchBytes} of a part should not exceed; a
 * single coin may.
 * @returns In the order of the coins; `undefined` when it cannot be split: it
 * has one coin, or is not an envelope.
 */
export function splitRecord(
  record: PriceRecord,
  maxBytes: number,
): RecordPart[] | undefined {
  const envelope = parse(record.value);
  if (envelope === undefined || envelope.coins.length < 2) return undefined;
  const { value, coins } = envelope;
  const sample = record.headers.sample ?? record.id;
  const place = placeOf(record.headers.part);
  const all = place?.all ?? coins.length;
  const offset = (place?.from ?? 1) - 1;
  const headersOf = ({ from, to }: Range) => {
    const part = `${offset + from + 1}-${offset + to}/${all}`;
    const id = uuid5(sample, part);
    return { ...record.headers, ce_id: id, sample, part };
  };
  function partOf(range: Range): RecordPart {
    const headers = headersOf(range);
    const data = Object.fromEntries(coins.slice(range.from, range.to));
    const part = {
      ...record,
      id: headers.ce_id,
      value: JSON.stringify({ ...value, data }),
      headers,
    };
    return { record: part, slots: range.to - range.from };
  }
  // With its comma and colon.
  const sizes = coins.map(([id, coin]) =>
    utf8Length(JSON.stringify(id)) + utf8Length(JSON.stringify(coin)) + 2
  );
  const frame = utf8Length(JSON.stringify({ ...value, data: {} }));
  // The longest header, and a value's length of as many digits as any.
  const rest = batchBytes({
    ...record,
    headers: headersOf({ from: all, to: all }),
  }, maxBytes) - maxBytes + frame;
  const ranges = evenRanges(sizes, maxBytes - rest);
  // What is refused although it should fit is halved.
  if (ranges.length === 1) {
    const middle = Math.ceil(coins.length / 2);
    ranges.splice(0, 1, { from: 0, to: middle }, {
      from: middle,
      to: coins.length,
    });
  }
  return ranges.map(partOf);
}
