// Texts of records that mostly are those of the record before.

/** Longer texts are not kept. */
const maxBytes = 256;

/** Places after these share one text. */
const maxPlaces = 1_000;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text that was read last at a place: the same bytes need no decoding. */
export class RecentText {
  #bytes = new Uint8Array();
  #text = "";

  /** The text of a part of these bytes, which are UTF-8. */
  read(bytes: Uint8Array, from: number, to: number): string {
    if (this.#isSame(bytes, from, to)) return this.#text;
    const text = decoder.decode(bytes.subarray(from, to));
    if (to - from <= maxBytes) {
      this.#bytes = bytes.slice(from, to);
      this.#text = text;
    }
    return text;
  }

  #isSame(bytes: Uint8Array, from: number, to: number): boolean {
    const known = this.#bytes;
    if (known.length !== to - from) return false;
    for (let n = 0; n < known.length; n++) {
      if (known[n] !== bytes[from + n]) return false;
    }
    return true;
  }
}

/** The texts that were read last at the places of a list. */
export class RecentTexts {
  readonly #texts: RecentText[] = [];

  /** The one of a place, from 0 on. */
  at(place: number): RecentText {
    return this.#texts[Math.min(place, maxPlaces)] ??= new RecentText();
  }
}
