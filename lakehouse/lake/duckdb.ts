// The one file that imports DuckDB.

import {
  BIGINT,
  DECIMAL,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDecimal128Vector,
  DuckDBInstance,
  type DuckDBResult,
  DuckDBTimestampTZVector,
  DuckDBTimestampValue,
  DuckDBTimestampVector,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBVector,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
  // Among deno.json's imports, `deno install` would fetch its 140 MB also for
  // those who only produce.
  // deno-lint-ignore no-import-prefix -- fetched when the lake is first used
} from "npm:@duckdb/node-api@1.5.5-r.5";
import type { QueryResult } from "./lake_types.ts";
import { TextColumn, timeRange } from "./text_column.ts";
import { doubleText, isoTime } from "./value_text.ts";

/** Rows that DuckDB takes at a time. */
export const chunkRows = 2_048;

/** SQL types of the columns that {@linkcode Database.append} writes. */
export type AppendedType = "VARCHAR" | "INTEGER" | "BIGINT" | "TIMESTAMP";

const appendedTypes: Readonly<
  Record<AppendedType | PackedColumn["type"], DuckDBType>
> = {
  VARCHAR,
  INTEGER,
  BIGINT,
  TIMESTAMP,
  "DECIMAL(38,18)": DECIMAL(38, 18),
  "DECIMAL(38,8)": DECIMAL(38, 8),
};

/** A column of rows to append; timestamps are µs since 1970. */
export interface AppendedColumn {
  /** Its SQL type. */
  readonly type: AppendedType;
  /** Its values. */
  readonly values: readonly (string | number | bigint | null)[];
}

/** A column whose values are as DuckDB has them. */
export interface PackedColumn {
  /** Its SQL type. */
  readonly type: "DECIMAL(38,18)" | "DECIMAL(38,8)" | "TIMESTAMP";
  /** The values, two's complements of 128 or 64 bits: their lowest word first. */
  readonly words: Int32Array;
  /** Whether a row has no value. */
  readonly isNull: (row: number) => boolean;
}

/** A value of a parameter. */
export type Parameter = string | number | bigint | boolean | null;

function appended(type: AppendedType, value: AppendedColumn["values"][0]) {
  return type === "TIMESTAMP" && value !== null
    ? new DuckDBTimestampValue(BigInt(value))
    : value;
}

/** Writes rows of a column, from one on. */
function setPacked(
  vector: DuckDBVector,
  { words, isNull }: PackedColumn,
  from: number,
): void {
  const { itemCount } = vector;
  // Private parts: the public ones take an object with a BigInt for each value.
  const data = vector instanceof DuckDBDecimal128Vector
    ? vector["dataView"]
    : vector instanceof DuckDBTimestampVector
    ? vector["items"]
    : undefined;
  if (data === undefined) throw new TypeError(`not packed: ${vector.type}`);
  const size = data.byteLength / itemCount / words.BYTES_PER_ELEMENT;
  new Int32Array(data.buffer, data.byteOffset, itemCount * size)
    .set(words.subarray(from * size, (from + itemCount) * size));
  for (let row = 0; row < itemCount; row++) {
    if (isNull(from + row)) vector.setItem(row, null);
  }
  vector.flush();
}

function textOf(value: DuckDBValue, type: DuckDBType): string | null {
  if (value === null) return null;
  return typeof value === "number" && /^(DOUBLE|FLOAT)$/.test(String(type))
    ? doubleText(value)
    : String(value);
}

/** A column of a chunk as text; `texts` is empty before and after. */
function textsOf(
  vector: DuckDBVector,
  texts: TextColumn,
): (string | null)[] {
  if (vector instanceof DuckDBDecimal128Vector) {
    const { scale } = vector.type;
    // Private parts: the public ones make a BigInt of each value.
    const view = vector["dataView"];
    const validity = vector["validity"];
    for (let row = 0; row < vector.itemCount; row++) {
      if (validity.itemValid(row)) texts.addDecimal(view, row * 16, scale);
      else texts.addNull();
    }
    return texts.take();
  }
  if (
    vector instanceof DuckDBTimestampVector ||
    vector instanceof DuckDBTimestampTZVector
  ) {
    for (let row = 0; row < vector.itemCount; row++) {
      const value = vector.getItem(row);
      const micros = Number(value?.micros);
      if (value === null) texts.addNull();
      else if (micros >= timeRange.from && micros <= timeRange.to) {
        texts.addTime(micros);
      } else texts.addText(isoTime(value.micros) ?? String(value));
    }
    return texts.take();
  }
  // Neighbours are often equal.
  let last: DuckDBValue | undefined;
  let text: string | null = null;
  return Array.from({ length: vector.itemCount }, (_, row) => {
    const value = vector.getItem(row);
    if (!Object.is(value, last)) {
      last = value;
      text = textOf(value, vector.type);
    }
    return text;
  });
}

/** The rows as text: a chunk after the other, so that none is there twice. */
async function rowsOf(result: DuckDBResult): Promise<QueryResult["rows"]> {
  const rows: (string | null)[][] = [];
  const texts = new TextColumn();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return rows;
    const columns = Array.from(
      { length: chunk.columnCount },
      (_, at) => textsOf(chunk.getColumnVector(at), texts),
    );
    for (let row = 0; row < chunk.rowCount; row++) {
      rows.push(columns.map((column) => column[row] ?? null));
    }
  }
}

async function resultOf(result: DuckDBResult): Promise<QueryResult> {
  const types = result.columnTypes();
  return {
    columns: result.columnNames().map((name, at) => ({
      name,
      type: String(types[at]),
    })),
    rows: await rowsOf(result),
  };
}

/** What the connections of an instance have in common. */
interface Shared {
  readonly instance: DuckDBInstance;
  users: number;
  readonly owned: Disposable | undefined;
}

/** One connection to a database in memory. Every method throws DuckDB's errors. */
export class Database {
  readonly #connection: DuckDBConnection;
  readonly #ownsInstance: boolean;
  readonly #shared: Shared;

  private constructor(
    connection: DuckDBConnection,
    shared: Shared,
    ownsInstance: boolean,
  ) {
    this.#connection = connection;
    this.#shared = shared;
    this.#ownsInstance = ownsInstance;
    shared.users++;
  }

  /**
   * Opens one.
   *
   * @param options DuckDB's settings, by name.
   * @param owned What is disposed of after the last connection is closed, or if
   * it cannot be opened.
   */
  static async open(
    options: Readonly<Record<string, string>>,
    owned?: Disposable,
  ): Promise<Database> {
    try {
      const instance = await DuckDBInstance.create(":memory:", { ...options });
      const shared = { instance, users: 0, owned };
      return new Database(await instance.connect(), shared, true);
    } catch (error) {
      owned?.[Symbol.dispose]();
      throw error;
    }
  }

  /** A further connection; it works on after the first one is closed. */
  async connect(): Promise<Database> {
    const connection = await this.#shared.instance.connect();
    return new Database(connection, this.#shared, false);
  }

  /** Runs statements; returns how many rows the last one changed. */
  async run(sql: string): Promise<number> {
    return (await this.#connection.run(sql)).rowsChanged;
  }

  /** Runs a statement; returns its rows. */
  async all(
    sql: string,
    parameters: readonly Parameter[] = [],
  ): Promise<unknown[][]> {
    const reader = await this.#connection.runAndReadAll(sql, [...parameters]);
    return reader.getRowsJS();
  }

  /** Runs a statement; returns its rows as text. */
  async query(
    sql: string,
    parameters: readonly Parameter[] = [],
  ): Promise<QueryResult> {
    return await resultOf(await this.#connection.run(sql, [...parameters]));
  }

  /**
   * Appends rows to a temporary table, given by columns in its order. The first
   * one, which is not packed, says how many rows there are.
   */
  async append(
    table: string,
    columns: readonly (AppendedColumn | PackedColumn)[],
  ): Promise<void> {
    const appender = await this.#connection
      .createAppender(table, "main", "temp");
    try {
      const types = columns.map(({ type }) => appendedTypes[type]);
      const [first] = columns;
      const count = first !== undefined && "values" in first
        ? first.values.length
        : 0;
      for (let from = 0; from < count; from += chunkRows) {
        const chunk = DuckDBDataChunk
          .create(types, Math.min(chunkRows, count - from));
        for (const [at, column] of columns.entries()) {
          if ("words" in column) {
            setPacked(chunk.getColumnVector(at), column, from);
            continue;
          }
          const { type, values } = column;
          chunk.setColumnValues(
            at,
            values.slice(from, from + chunkRows)
              .map((value) => appended(type, value)),
          );
        }
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
  }

  /** Ends the running statement, which throws then. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  /** Closes the connection and, with the first one, the database. */
  close(): void {
    this.#connection.closeSync();
    if (this.#ownsInstance) this.#shared.instance.closeSync();
    if (--this.#shared.users === 0) this.#shared.owned?.[Symbol.dispose]();
  }
}
