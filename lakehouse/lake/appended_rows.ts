// Rows on their way into a temporary table, by columns.

import {
  BIGINT,
  DECIMAL,
  DuckDBBigIntVector,
  DuckDBBlobValue,
  DuckDBBlobVector,
  DuckDBDataChunk,
  DuckDBDecimal128Vector,
  DuckDBIntegerVector,
  DuckDBTimestampVector,
  DuckDBVarCharVector,
  type DuckDBVector,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
  // Among deno.json's imports, `deno install` would fetch its 140 MB also for
  // those who only produce.
  // deno-lint-ignore no-import-prefix -- fetched when the lake is first used
} from "npm:@duckdb/node-api@1.5.5-r.5";

/** Rows that DuckDB takes at a time. */
export const chunkRows = 2_048;

const types = {
  VARCHAR,
  INTEGER,
  BIGINT,
  TIMESTAMP,
  "DECIMAL(38,18)": DECIMAL(38, 18),
  "DECIMAL(38,8)": DECIMAL(38, 8),
} as const;

/** SQL types of a packed column. */
export type PackedType =
  | "INTEGER"
  | "BIGINT"
  | "TIMESTAMP"
  | "DECIMAL(38,18)"
  | "DECIMAL(38,8)";

/** Bytes of a value. */
const packedBytes: Readonly<Record<PackedType, number>> = {
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
  return {
    type: "INTEGER",
    words: Int32Array.from(values, (value) => value ?? 0),
    isNull: (row) => values[row] === null,
  };
}

/** Packs numbers of 64 bits. */
export function bigIntegers(
  type: "BIGINT" | "TIMESTAMP",
  values: readonly (bigint | null)[],
): PackedColumn {
  const { buffer } = BigInt64Array.from(values, (value) => value ?? 0n);
  return {
    type,
    words: new Int32Array(buffer),
    isNull: (row) => values[row] === null,
  };
}

/** Which of the rows from one on have a value, a bit each; 1 for a value. */
function validityOf(
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

/** Private parts: the public ones take an object or a BigInt for each value. */
function packedParts(vector: DuckDBVector) {
  if (vector instanceof DuckDBDecimal128Vector) {
    return [vector["dataView"], vector["validity"]] as const;
  }
  if (vector instanceof DuckDBTimestampVector) {
    return [vector["items"], vector["validity"]] as const;
  }
  if (vector instanceof DuckDBBigIntVector) {
    return [vector["items"], vector["validity"]] as const;
  }
  if (vector instanceof DuckDBIntegerVector) {
    return [vector["items"], vector["validity"]] as const;
  }
  throw new TypeError(`not packed: ${vector.type}`);
}

function writePacked(
  vector: DuckDBVector,
  { type, words, isNull }: PackedColumn,
  from: number,
): void {
  const { itemCount } = vector;
  const [data, validity] = packedParts(vector);
  const size = packedBytes[type] / words.BYTES_PER_ELEMENT;
  new Int32Array(data.buffer, data.byteOffset, itemCount * size)
    .set(words.subarray(from * size, (from + itemCount) * size));
  validity["data"] = isNull ? validityOf(isNull, from, itemCount) : null;
  vector.flush();
}

function writeTexts(
  vector: DuckDBVector,
  { values }: TextsColumn,
  from: number,
): void {
  if (!(vector instanceof DuckDBVarCharVector)) {
    throw new TypeError(`not a text: ${vector.type}`);
  }
  const { itemCount } = vector;
  const validity = vector["validity"];
  validity["data"] = null;
  // Of the same memory: it takes bytes as they are.
  const bytes = new DuckDBBlobVector(
    vector["dataView"],
    validity,
    vector["vector"],
    vector["itemOffset"],
    itemCount,
  );
  for (let row = 0; row < itemCount; row++) {
    const value = values[from + row] ?? null;
    if (typeof value === "string") vector.setItem(row, value);
    else if (value !== null) bytes.setItem(row, new DuckDBBlobValue(value));
  }
  validity["data"] = validityOf(
    (row) => (values[row] ?? null) === null,
    from,
    itemCount,
  );
  vector.flush();
  bytes.flush();
}

function countOf(column: AppendedColumn): number {
  return "values" in column
    ? column.values.length
    : column.words.length * column.words.BYTES_PER_ELEMENT /
      packedBytes[column.type];
}

/** The used part of DuckDB's appender. */
export interface ChunkAppender {
  /** Appends a copy of a chunk's rows. */
  appendDataChunk(chunk: object): void;
}

/** Vectors of more rows would hold on to their texts. */
const keptRows = 64;

/**
 * Chunks of DuckDB's, one for each list of types. Under Deno, its bindings keep
 * some memory for each handle (a chunk, a type, a vector) after it was collected:
 * those of a live commit are made once.
 */
export class AppendedRows {
  readonly #chunks = new Map<string, DuckDBDataChunk>();

  /**
   * Fills chunk after chunk with the rows.
   *
   * @param appender Takes the chunk, which is filled again afterwards.
   */
  write(
    columns: readonly AppendedColumn[],
    appender: ChunkAppender,
  ): void {
    const chunk = this.#chunkOf(columns);
    const [first] = columns;
    const count = first === undefined ? 0 : countOf(first);
    for (let from = 0; from < count; from += chunkRows) {
      resize(chunk, Math.min(chunkRows, count - from));
      try {
        for (const [at, column] of columns.entries()) {
          const vector = chunk.getColumnVector(at);
          if ("words" in column) writePacked(vector, column, from);
          else writeTexts(vector, column, from);
        }
        appender.appendDataChunk(chunk);
      } finally {
        // It lets go of texts and NULLs: the next rows write only their own.
        chunk.reset();
      }
    }
  }

  #chunkOf(columns: readonly AppendedColumn[]): DuckDBDataChunk {
    const key = columns.map(({ type }) => type).join();
    const known = this.#chunks.get(key);
    if (known !== undefined) return known;
    const chunk = DuckDBDataChunk
      .create(columns.map(({ type }) => types[type]));
    this.#chunks.set(key, chunk);
    return chunk;
  }
}

/** Sets the number of rows; the same one as before needs no other vectors. */
function resize(chunk: DuckDBDataChunk, count: number): void {
  const vectors = chunk["vectors"];
  const kept = vectors[0]?.itemCount === count && count <= keptRows
    ? [...vectors]
    : [];
  chunk.rowCount = count;
  vectors.push(...kept);
}
