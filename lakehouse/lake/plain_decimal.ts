// A number of JSON as a DECIMAL(38, scale), without a double in between.

import { writeDecimal } from "./decimal_words.ts";
import { code, type JsonCursor, UnusualText } from "./json_cursor.ts";

/** Digits that a number of V8 holds. */
const headDigits = 15;
const tailDigits = 6;

/** One less than the smallest limit of the models. */
const integerDigits = 18;

const maxExponentDigits = 2;

/** Where a number goes, and what it has to be. */
export interface DecimalPlace {
  /** The words that get it. */
  readonly words: Int32Array;
  /** The index of its lowest word. */
  readonly to: number;
  /** Digits after the point that are kept; the rest is rounded half up. */
  readonly scale: number;
  /** Whether it has to be more than zero. */
  readonly isPositive: boolean;
}

/** Digits of a whole number without its last ones. */
interface Cut {
  readonly kept: number;
  /** The first digit that was left out. */
  readonly next: number;
}

/** @param digits How many digits go; at least one. */
function cut(whole: number, digits: number): Cut {
  // Quotients of numbers of 15 digits are far enough from the next integer.
  const tenfold = Math.floor(whole / 10 ** (digits - 1));
  const kept = Math.floor(tenfold / 10);
  return { kept, next: tenfold - 10 * kept };
}

function readExponent(cursor: JsonCursor): number {
  cursor.at++;
  const sign = cursor.next;
  if (sign === code.plus || sign === code.minus) cursor.at++;
  const from = cursor.at;
  let exponent = 0;
  for (;;) {
    const digit = cursor.next - code.zero;
    if (!(digit >= 0 && digit <= 9)) break;
    exponent = exponent * 10 + digit;
    cursor.at++;
  }
  const length = cursor.at - from;
  if (length === 0 || length > maxExponentDigits) throw UnusualText.error;
  return sign === code.minus ? -exponent : exponent;
}

/**
 * Reads a number and the space after it.
 *
 * @throws {UnusualText} where it is not one, or has more digits than usual.
 */
export function readDecimal(
  cursor: JsonCursor,
  { words, to, scale, isPositive }: DecimalPlace,
): void {
  const { bytes } = cursor;
  let at = cursor.at;
  let digit = (bytes[at] ?? 0) - code.zero;
  const isNegative = digit === code.minus - code.zero;
  if (isNegative) digit = (bytes[++at] ?? 0) - code.zero;
  const from = at;
  let head = 0;
  while (digit >= 0 && digit <= 9) {
    head = head * 10 + digit;
    digit = (bytes[++at] ?? 0) - code.zero;
  }
  const isZeroFirst = bytes[from] === code.zero;
  const length = at - from;
  if (length === 0 || length > headDigits || isZeroFirst && length > 1) {
    throw UnusualText.error;
  }
  let significant = isZeroFirst ? 0 : length;
  let tail = 0;
  let tailLength = 0;
  let places = 0;
  let isRoundedUp = false;
  if (digit === code.point - code.zero) {
    const point = ++at;
    digit = (bytes[at] ?? 0) - code.zero;
    while (digit >= 0 && digit <= 9) {
      if (places === scale) {
        if (at === point + scale) isRoundedUp = digit >= 5;
      } else {
        places++;
        if (significant < headDigits) {
          head = head * 10 + digit;
          if (head > 0) significant++;
        } else {
          tail = tail * 10 + digit;
          tailLength++;
        }
      }
      digit = (bytes[++at] ?? 0) - code.zero;
    }
    if (at === point) throw UnusualText.error;
    // After an exponent, what was left out may count.
    if (at > point + scale) places = scale + 1;
  }
  cursor.at = at;
  if (((bytes[at] ?? 0) | 0x20) === code.e) {
    if (places > scale) throw UnusualText.error;
    places -= readExponent(cursor);
    // Small numbers often have more places: 1.7497639870356352e-05 has 21.
    const extra = places - scale;
    if (extra > tailLength) {
      const { kept, next } = cut(head, extra - tailLength);
      head = kept;
      tail = 0;
      tailLength = 0;
      isRoundedUp = next >= 5;
    } else if (extra > 0) {
      if (tailLength > headDigits) throw UnusualText.error;
      const { kept, next } = cut(tail, extra);
      tail = kept;
      tailLength -= extra;
      isRoundedUp = next >= 5;
    }
  }
  const after = Math.min(places, scale);
  if (
    tailLength > tailDigits ||
    significant + tailLength - after > integerDigits ||
    isPositive && (isNegative || head === 0 && !isRoundedUp)
  ) throw UnusualText.error;
  const zeros = scale - after;
  writeDecimal(words, to, {
    head,
    tail,
    tailLength,
    zeros,
    isRoundedUp,
    isNegative,
  });
  cursor.space();
}
