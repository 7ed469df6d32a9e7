// Texts of records that mostly are those of the record before.

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
  #length = -1;
  #text = "";

  /** Makes texts so. @default they are UTF-8 */
  constructor(make: MakeText = decode) {
    this.#make = make;
  }

  /** The text of a part of these bytes. */
  read(bytes: Uint8Array, from: number, to: number): string {
    if (this.#isSame(bytes, from, to)) return this.#text;
    const text = this.#make(bytes.subarray(from, to));
    if (to - from > maxBytes) return text;
    this.#length = to - from;
    for (let n = 0; n < this.#length; n++) {
      this.#bytes[n] = bytes[from + n] ?? 0;
    }
    this.#text = text;
    return text;
  }

  #isSame(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#length !== to - from) return false;
    for (let n = 0; n < this.#length; n++) {
      if (this.#bytes[n] !== bytes[from + n]) return false;
    }
    return true;
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
