// Reads JSON text, as UTF-8, from left to right, where it is of the usual shape.

import { standsAt } from "../../lib/bytes_at.ts";
import type { RecentText } from "../../lib/recent_text.ts";

/** Codes of the characters that JSON is made of. */
export const code = {
  space: 0x20,
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  leftBracket: 0x5b,
  rightBracket: 0x5d,
  e: 0x65,
  n: 0x6e,
  leftBrace: 0x7b,
  rightBrace: 0x7d,
} as const;

const backslash = 0x5c;

const maxDepth = 16;

/** Longer numbers need not be numbers for every reader of JSON. */
const skippedDigits = 40;

const encoder = new TextEncoder();

/** Words that are values. */
const words = ["true", "false", "null"].map((text) => encoder.encode(text));

/** The text is not of the usual shape; it may be JSON all the same. */
export class UnusualText extends Error {
  /** As of each error. */
  override readonly name = "UnusualText";
  /** The one that is thrown: where it was is of no interest. */
  static readonly error = new UnusualText();
}

/** A place in a text. Every method throws {@linkcode UnusualText}. */
export class JsonCursor {
  /** The text, which is valid UTF-8. */
  readonly bytes: Uint8Array;
  /** How many bytes were read. */
  at = 0;

  /** Begins before the text's first byte. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The next byte; -1 at the end. */
  get next(): number {
    return this.bytes[this.at] ?? -1;
  }

  /** Whether all was read. */
  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  /** Reads spaces. */
  space(): void {
    while (this.next === code.space) this.at++;
  }

  /** Reads a character of ASCII and the space after it. */
  sign(sign: number): void {
    if (this.next !== sign) throw UnusualText.error;
    this.at++;
    this.space();
  }

  /** Reads these bytes and the space after them, if they are next. */
  skips(expected: Uint8Array): boolean {
    if (!standsAt(this.bytes, this.at, expected)) return false;
    this.at += expected.length;
    this.space();
    return true;
  }

  /** Reads a string, whose text mostly is the recent one. */
  string(recent: RecentText): string {
    const from = this.at + 1;
    const to = this.#endOfString();
    return recent.read(this.bytes, from, to);
  }

  /** Reads a string; there are no escapes. Returns where its text ends. */
  #endOfString(): number {
    if (this.next !== code.quote) throw UnusualText.error;
    const { bytes } = this;
    let to = this.at + 1;
    for (;; to++) {
      const byte = bytes[to] ?? -1;
      if (byte === code.quote) break;
      if (byte < code.space || byte === backslash) throw UnusualText.error;
    }
    this.at = to + 1;
    this.space();
    return to;
  }

  /** Reads a member's name and the colon behind it. */
  name(recent: RecentText): string {
    const name = this.string(recent);
    this.sign(code.colon);
    return name;
  }

  /** Reads an object; `member` reads a name and its value. */
  members(member: () => void): void {
    this.sign(code.leftBrace);
    if (this.next !== code.rightBrace) {
      for (;;) {
        member();
        if (this.next === code.rightBrace) break;
        this.sign(code.comma);
      }
    }
    this.sign(code.rightBrace);
  }

  /** Reads any value. */
  skip(depth = 0): void {
    if (depth > maxDepth) throw UnusualText.error;
    const { next } = this;
    if (next === code.quote) this.#endOfString();
    else if (next === code.leftBrace) this.#skipObject(depth);
    else if (next === code.leftBracket) this.#skipArray(depth);
    else if (!words.some((word) => this.skips(word))) this.#skipNumber();
  }

  #skipObject(depth: number): void {
    this.members(() => {
      this.#endOfString();
      this.sign(code.colon);
      this.skip(depth + 1);
    });
  }

  #skipArray(depth: number): void {
    this.sign(code.leftBracket);
    if (this.next !== code.rightBracket) {
      for (;;) {
        this.skip(depth + 1);
        if (this.next === code.rightBracket) break;
        this.sign(code.comma);
      }
    }
    this.sign(code.rightBracket);
  }

  /** Exponents are left out: whether 1e999 is a number is for others to say. */
  #skipNumber(): void {
    const from = this.at;
    if (this.next === code.minus) this.at++;
    const first = this.next;
    const digits = this.#skipDigits();
    if (digits > 1 && first === code.zero) throw UnusualText.error;
    if (this.next === code.point) {
      this.at++;
      this.#skipDigits();
    }
    if (this.at - from > skippedDigits) throw UnusualText.error;
    this.space();
  }

  #skipDigits(): number {
    const from = this.at;
    while (this.next >= code.zero && this.next <= code.nine) this.at++;
    if (this.at === from) throw UnusualText.error;
    return this.at - from;
  }
}
