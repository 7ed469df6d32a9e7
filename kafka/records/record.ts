// A record, and how it stands in a batch of format 2.

import { RecentTexts } from "../../lib/recent_text.ts";
import type { ByteReader } from "./byte_reader.ts";

/** Names of the headers of the record before, by their place. */
const names = new RecentTexts();

/**
 * Gets where a header's name and value are among these bytes; a value that is
 * null ends before it begins.
 *
 * @returns whether to go on.
 */
export type VisitHeader = (
  bytes: Uint8Array,
  name: number,
  nameEnd: number,
  value: number,
  valueEnd: number,
) => boolean;

/** A record as it was written. */
export interface DecodedRecord {
  /** Its offset in the partition. */
  readonly offset: bigint;
  /** Its time, ms since 1970; -1 in the oldest format, which has none. */
  readonly timestampMs: number;
  /** The key, or null. */
  readonly key: Uint8Array | null;
  /** The value; null for a tombstone. */
  readonly value: Uint8Array | null;
  /** Headers in order; a name may occur more than once. */
  readonly headers: readonly (readonly [string, Uint8Array | null])[];
  /**
   * The headers where they stand, without a view of each. Not in the old
   * formats, which have none.
   *
   * @returns whether it went through all.
   */
  readonly visitHeaders?: (visit: VisitHeader) => boolean;
}

/** What a batch says of all its records. */
export interface BatchBase {
  /** Its first offset, which the records' are relative to. */
  readonly offset: bigint;
  /** Its first time, ms since 1970, which the records' are relative to. */
  readonly timestampMs: number;
  /** The time of all records, where the broker set it. */
  readonly appendedMs: number | undefined;
}

/** Bytes in the batch; a negative length stands for null. */
interface Range {
  readonly from: number;
  readonly length: number;
}

/**
 * A Fetch returns thousands, and views of their bytes would outlive several
 * collections: they are made when they are asked for.
 */
class BatchRecord implements DecodedRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly #batch: ByteReader;
  readonly #keyFrom: number;
  readonly #keyLength: number;
  readonly #valueFrom: number;
  readonly #valueLength: number;
  readonly #headersFrom: number;
  readonly #headerCount: number;

  constructor(
    batch: ByteReader,
    times: Pick<DecodedRecord, "offset" | "timestampMs">,
    { key, value, headers }: Readonly<
      Record<"key" | "value" | "headers", Range>
    >,
  ) {
    this.offset = times.offset;
    this.timestampMs = times.timestampMs;
    this.#batch = batch;
    this.#keyFrom = key.from;
    this.#keyLength = key.length;
    this.#valueFrom = value.from;
    this.#valueLength = value.length;
    this.#headersFrom = headers.from;
    this.#headerCount = headers.length;
  }

  get key(): Uint8Array | null {
    return this.#batch.at(this.#keyFrom).bytes(this.#keyLength);
  }

  get value(): Uint8Array | null {
    return this.#batch.at(this.#valueFrom).bytes(this.#valueLength);
  }

  get headers(): [string, Uint8Array | null][] {
    const reader = this.#batch.at(this.#headersFrom);
    const headers: [string, Uint8Array | null][] = [];
    for (let place = 0; place < this.#headerCount; place++) {
      const length = reader.varint();
      const from = reader.position;
      reader.pass(length);
      const name = names.at(place).read(reader.source, from, reader.position);
      headers.push([name, reader.bytes(reader.varint())]);
    }
    return headers;
  }

  visitHeaders(visit: VisitHeader): boolean {
    const reader = this.#batch.at(this.#headersFrom);
    for (let left = this.#headerCount; left > 0; left--) {
      const nameLength = reader.varint();
      const name = reader.position;
      reader.pass(nameLength);
      const nameEnd = reader.position;
      const length = reader.varint();
      const value = reader.position;
      reader.pass(length);
      if (!visit(reader.source, name, nameEnd, value, value + length)) {
        return false;
      }
    }
    return true;
  }
}

function passed(reader: ByteReader): Range {
  const length = reader.varint();
  const from = reader.position;
  reader.pass(length);
  return { from, length };
}

/**
 * Reads on to the end of a record.
 *
 * @param reader Only ever reads this batch: the record reads from it, too.
 * @throws {RangeError} when it has not the bytes that it says.
 */
export function readRecord(
  reader: ByteReader,
  base: BatchBase,
): DecodedRecord {
  reader.pass(1); // attributes, unused
  const createdMs = base.timestampMs + reader.varint();
  const timestampMs = base.appendedMs ?? createdMs;
  const offset = base.offset + BigInt(reader.varint());
  const key = passed(reader);
  const value = passed(reader);
  const length = reader.varint();
  const from = reader.position;
  for (let left = length; left > 0; left--) {
    passed(reader);
    passed(reader);
  }
  const headers = { from, length };
  return new BatchRecord(reader, { offset, timestampMs }, {
    key,
    value,
    headers,
  });
}
