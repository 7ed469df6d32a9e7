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
import {
  type AppendedColumn,
  countOf,
  packedBytes,
  type PackedColumn,
  type TextsColumn,
  validityOf,
} from "./columns.ts";

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

/** A length with the text's bytes, or with their address: rows can share it. */
const textWords = 4;

/** Texts of a chunk that later rows may share. */
const sharedTexts = 64;

/** In UTF-16 units; of longer ones few are alike. */
const maxShared = 64;

/** A row with the text of an earlier one. */
interface SharedText {
  readonly row: number;
  readonly first: number;
}

/** A call for each text's bytes takes ten times as long. */
function shareTexts(
  vector: DuckDBVarCharVector,
  shared: readonly SharedText[],
): void {
  if (shared.length === 0) return;
  const raw = vector["vector"];
  const { itemCount } = vector;
  // Bindings copy both ways.
  const data = DuckDBVarCharVector.fromRawVector(raw, itemCount)["dataView"];
  const words = new Int32Array(
    data.buffer,
    data.byteOffset,
    itemCount * textWords,
  );
  for (const { row, first } of shared) {
    const [to, from] = [row * textWords, first * textWords];
    for (let n = 0; n < textWords; n++) words[to + n] = words[from + n] ?? 0;
  }
  new DuckDBIntegerVector(words, vector["validity"], raw).flush();
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
  const firsts = new Map<string, number>();
  const shared: SharedText[] = [];
  for (let row = 0; row < itemCount; row++) {
    const value = values[from + row] ?? null;
    if (value === null) continue;
    if (typeof value !== "string") {
      bytes.setItem(row, new DuckDBBlobValue(value));
      continue;
    }
    const isShort = value.length <= maxShared;
    const first = isShort ? firsts.get(value) : undefined;
    if (first !== undefined) {
      shared.push({ row, first });
      continue;
    }
    vector.setItem(row, value);
    if (isShort && firsts.size < sharedTexts) firsts.set(value, row);
  }
  validity["data"] = validityOf(
    (row) => (values[row] ?? null) === null,
    from,
    itemCount,
  );
  vector.flush();
  bytes.flush();
  shareTexts(vector, shared);
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
