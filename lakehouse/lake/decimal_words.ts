// Decimal numbers as DuckDB keeps a DECIMAL(38, s): a two's complement of 128
// bits. A BigInt of each takes several times as long.

const powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] as const;

/** A product of 32 bits and a larger power is no whole number of V8's any more. */
const largest = powers.length - 1;

const word = 2 ** 32;

/** Words of a number, the lowest first. */
export const wordsOfDecimal = 4;

/** Digits, and what they are worth. */
export interface Digits {
  /** The first digits as a number; at most 15. */
  readonly head: number;
  /** What follows them; at most 6 digits. */
  readonly tail: number;
  /** How many digits the tail has, zeros included. */
  readonly tailLength: number;
  /** Zeros after the tail, to the end of the column's scale. */
  readonly zeros: number;
  /** Whether the magnitude is one more: rounded half up. */
  readonly isRoundedUp: boolean;
  /** Whether it is below zero. */
  readonly isNegative: boolean;
}

function times(
  words: Int32Array,
  at: number,
  power: number,
  plus: number,
): void {
  const factor = powers[power] ?? 1;
  let carry = plus;
  for (let n = at; n < at + wordsOfDecimal; n++) {
    const product = ((words[n] ?? 0) >>> 0) * factor + carry;
    carry = Math.floor(product / word);
    words[n] = product - carry * word;
  }
}

/** Writes a number of less than 38 digits, zeros included, from a place on. */
export function writeDecimal(
  words: Int32Array,
  at: number,
  { head, tail, tailLength, zeros, isRoundedUp, isNegative }: Digits,
): void {
  const high = Math.floor(head / word);
  words[at] = head - high * word;
  words[at + 1] = high;
  words[at + 2] = 0;
  words[at + 3] = 0;
  if (tailLength > 0) times(words, at, tailLength, tail);
  for (let left = zeros; left > 0; left -= largest) {
    times(words, at, Math.min(left, largest), 0);
  }
  if (isRoundedUp) times(words, at, 0, 1);
  if (!isNegative) return;
  let carry = 1;
  for (let n = at; n < at + wordsOfDecimal; n++) {
    const sum = (~(words[n] ?? 0) >>> 0) + carry;
    carry = sum >= word ? 1 : 0;
    words[n] = sum - carry * word;
  }
}
