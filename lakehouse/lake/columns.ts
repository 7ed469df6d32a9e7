// Columns of rows on their way into a temporary table.

/** SQL types of a packed column. */
export type PackedType =
  | "INTEGER"
  | "BIGINT"
  | "TIMESTAMP"
  | "DECIMAL(38,18)"
  | "DECIMAL(38,8)";

/** Bytes of a value. */
export const packedBytes: Readonly<Record<PackedType, number>> = {
  INTEGER: 4,
  BIGINT: 8,
  TIMESTAMP: 8,
  "DECIMAL(38,18)": 16,
  "DECIMAL(38,8)": 16,
};

/** A column of texts, or of their bytes in UTF-8. */
export interface TextsColumn {
  /** Its SQL type. */
  readonly type: "VARCHAR";
  /** The text of each row. */
  readonly values: readonly (string | Uint8Array | null)[];
}

/** A column whose values are as DuckDB has them; a TIMESTAMP is µs since 1970. */
export interface PackedColumn {
  /** Its SQL type. */
  readonly type: PackedType;
  /** The values, two's complements of 32, 64 or 128 bits: their lowest word first. */
  readonly words: Int32Array;
  /** Whether a row has no value. @default each has one */
  readonly isNull?: ((row: number) => boolean) | undefined;
}

/** A column of rows to append. */
export type AppendedColumn = TextsColumn | PackedColumn;

/** Packs numbers of 32 bits. */
export function integers(values: readonly (number | null)[]): PackedColumn {
  // Not `from`, whose iterator costs several times as much.
  const words = new Int32Array(values.length);
  for (let row = 0; row < words.length; row++) words[row] = values[row] ?? 0;
  return { type: "INTEGER", words, isNull: (row) => values[row] === null };
}

/** Packs numbers of 64 bits. */
export function bigIntegers(
  type: "BIGINT" | "TIMESTAMP",
  values: readonly (bigint | null)[],
): PackedColumn {
  const numbers = new BigInt64Array(values.length);
  for (let row = 0; row < numbers.length; row++) {
    numbers[row] = values[row] ?? 0n;
  }
  const words = new Int32Array(numbers.buffer);
  return { type, words, isNull: (row) => values[row] === null };
}

/** Which of the rows from one on have a value, a bit each; 1 for a value. */
export function validityOf(
  isNull: (row: number) => boolean,
  from: number,
  count: number,
): BigUint64Array | null {
  let bits: Uint32Array | null = null;
  for (let row = 0; row < count; row++) {
    if (!isNull(from + row)) continue;
    bits ??= new Uint32Array(2 * Math.ceil(count / 64)).fill(-1);
    bits[row >> 5] = (bits[row >> 5] ?? 0) & ~(1 << (row & 31));
  }
  return bits && new BigUint64Array(bits.buffer);
}

/** How many rows it has. */
export function countOf(column: AppendedColumn): number {
  return "values" in column
    ? column.values.length
    : column.words.length * column.words.BYTES_PER_ELEMENT /
      packedBytes[column.type];
}
