// Headers with the names of the record before and values of plain ASCII, as
// nearly all have them: their JSON text is put together byte by byte, without a
// view and a text of each, which V8 would have to collect.

import type { DecodedRecord } from "../../kafka/records/record.ts";
import { standsAt } from "../../lib/bytes_at.ts";
import { utf8Bytes } from "../../lib/utf8.ts";

const quote = 0x22;
const backslash = 0x5c;
const decoder = new TextDecoder();

/** Of a JSON text; headers of more are read the usual way. */
const maxBytes = 16 * 1024;

/** What stands around a value at most: two quotes, or `null`; `}` at the end. */
const spareBytes = 16;

/** Names of headers, and the JSON texts with them. */
export class PlainHeaders {
  readonly #text = new Uint8Array(maxBytes);
  readonly #mark: Uint8Array;
  /** The names in their order, and with what stands before their values. */
  #names: readonly { readonly name: Uint8Array; readonly start: Uint8Array }[] =
    [];
  #place = 0;
  #length = 0;

  /** Leaves a value that begins with this mark, of ASCII, to the usual way. */
  constructor(mark: string) {
    this.#mark = utf8Bytes(mark);
  }

  /** Expects these names, each of them once, from now on. */
  expect(names: readonly string[]): void {
    this.#names = names.map((name, place) => ({
      name: utf8Bytes(name),
      start: utf8Bytes(`${place === 0 ? "{" : ","}${JSON.stringify(name)}:`),
    }));
  }

  /** The JSON text; `undefined` for other names, or for other values. */
  read(record: Pick<DecodedRecord, "visitHeaders">): string | undefined {
    if (record.visitHeaders === undefined || this.#names.length === 0) {
      return undefined;
    }
    this.#place = 0;
    this.#length = 0;
    const isPlain = record.visitHeaders(this.#add);
    if (!isPlain || this.#place !== this.#names.length) return undefined;
    this.#text[this.#length++] = 0x7d;
    return decoder.decode(this.#text.subarray(0, this.#length));
  }

  readonly #add = (
    bytes: Uint8Array,
    name: number,
    nameEnd: number,
    value: number,
    valueEnd: number,
  ): boolean => {
    const expected = this.#names[this.#place++];
    if (expected === undefined) return false;
    const { name: own, start } = expected;
    if (own.length !== nameEnd - name || !standsAt(bytes, name, own)) {
      return false;
    }
    const room = maxBytes - this.#length - spareBytes;
    if (start.length + Math.max(0, valueEnd - value) > room) return false;
    for (let n = 0; n < start.length; n++) {
      this.#text[this.#length++] = start[n] ?? 0;
    }
    return valueEnd < value
      ? this.#addNull()
      : this.#addText(bytes, value, valueEnd);
  };

  #addNull(): true {
    this.#text.set([0x6e, 0x75, 0x6c, 0x6c], this.#length);
    this.#length += 4;
    return true;
  }

  #addText(bytes: Uint8Array, from: number, to: number): boolean {
    // Of a shorter value, what follows it may look so: no harm, it is read too.
    if (standsAt(bytes, from, this.#mark)) return false;
    let length = this.#length;
    this.#text[length++] = quote;
    for (let n = from; n < to; n++) {
      const byte = bytes[n] ?? 0;
      if (byte < 0x20 || byte > 0x7e || byte === quote || byte === backslash) {
        return false;
      }
      this.#text[length++] = byte;
    }
    this.#text[length++] = quote;
    this.#length = length;
    return true;
  }
}
