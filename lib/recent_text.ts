// Texts of records that mostly are those of the record before.

import { standsAt } from "./bytes_at.ts";

/** Longer texts are not kept. */
const maxBytes = 256;

/** Places after these share one text. */
const maxPlaces = 1_000;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Makes a text of bytes. */
type MakeText = (bytes: Uint8Array) => string;

function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** The text that was read last at a place: the same bytes need no decoding. */
export class RecentText {
  readonly #bytes = new Uint8Array(maxBytes);
  readonly #make: MakeText;
  #last: Uint8Array | undefined;
  #text = "";

  /** Makes texts so. @default they are UTF-8 */
  constructor(make: MakeText = decode) {
    this.#make = make;
  }

  /** The text of a part of these bytes. */
  read(bytes: Uint8Array, from: number, to: number): string {
    if (
      this.#last?.length === to - from && standsAt(bytes, from, this.#last)
    ) return this.#text;
    const text = this.#make(bytes.subarray(from, to));
    if (to - from > maxBytes) return text;
    this.#last = this.#bytes.subarray(0, to - from);
    this.#last.set(bytes.subarray(from, to));
    this.#text = text;
    return text;
  }
}

/** The texts that were read last at the places of a list. */
export class RecentTexts {
  readonly #texts: RecentText[] = [];
  readonly #make: MakeText;

  /** Makes texts so. @default they are UTF-8 */
  constructor(make: MakeText = decode) {
    this.#make = make;
  }

  /** The one of a place, from 0 on. */
  at(place: number): RecentText {
    return this.#texts[Math.min(place, maxPlaces)] ??= new RecentText(
      this.#make,
    );
  }
}
