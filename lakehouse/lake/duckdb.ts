// DuckDB with rows as text or as JavaScript's values. This file and
// `appended_rows.ts` are the ones that import it.

import { AppendedRows } from "./appended_rows.ts";
import type { AppendedColumn } from "./columns.ts";
import {
  type DuckDBConnection,
  DuckDBDecimal128Vector,
  DuckDBInstance,
  type DuckDBResult,
  DuckDBTimestampTZVector,
  DuckDBTimestampVector,
  type DuckDBType,
  type DuckDBValue,
  type DuckDBVector,
  // Among deno.json's imports, `deno install` would fetch its 140 MB also for
  // those who only produce.
  // deno-lint-ignore no-import-prefix -- fetched when the lake is first used
} from "npm:@duckdb/node-api@1.5.5-r.5";
import type { QueryResult } from "./lake_types.ts";
import { TextColumn, timeRange } from "./text_column.ts";
import { doubleText, isoTime } from "./value_text.ts";

/** A value of a parameter. */
export type Parameter = string | number | bigint | boolean | null;

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

/** The rows as text, a chunk after the other, so that none is there twice. */
async function* chunksOf(
  result: DuckDBResult,
): AsyncGenerator<(string | null)[][]> {
  const texts = new TextColumn();
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const columns = Array.from(
      { length: chunk.columnCount },
      (_, at) => textsOf(chunk.getColumnVector(at), texts),
    );
    yield Array.from(
      { length: chunk.rowCount },
      (_, row) => columns.map((column) => column[row] ?? null),
    );
  }
}

function columnsOf(result: DuckDBResult): QueryResult["columns"] {
  const types = result.columnTypes();
  return result.columnNames().map((name, at) => ({
    name,
    type: String(types[at]),
  }));
}

async function resultOf(result: DuckDBResult): Promise<QueryResult> {
  const rows: (string | null)[][] = [];
  for await (const chunk of chunksOf(result)) {
    for (const row of chunk) rows.push(row);
  }
  return { columns: columnsOf(result), rows };
}

/** At least one, which says what the columns are. */
async function* partsOf(result: DuckDBResult): AsyncGenerator<QueryResult> {
  const columns = columnsOf(result);
  let isEmpty = true;
  for await (const rows of chunksOf(result)) {
    isEmpty = false;
    yield { columns, rows };
  }
  if (isEmpty) yield { columns, rows: [] };
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
  readonly #appended = new AppendedRows();

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

  #result(
    sql: string,
    parameters: readonly Parameter[],
  ): Promise<DuckDBResult> {
    // To prepare a statement costs a kilobyte that Deno does not give back.
    return parameters.length === 0
      ? this.#connection.run(sql)
      : this.#connection.run(sql, [...parameters]);
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
    return await (await this.#result(sql, parameters)).getRowsJS();
  }

  /** Runs a statement; returns its rows as text. */
  async query(
    sql: string,
    parameters: readonly Parameter[] = [],
  ): Promise<QueryResult> {
    return await resultOf(await this.#result(sql, parameters));
  }

  /** Appends rows to a temporary table, given by columns in its order. */
  async append(
    table: string,
    columns: readonly AppendedColumn[],
  ): Promise<void> {
    const appender = await this.#connection
      .createAppender(table, "main", "temp");
    try {
      this.#appended.write(columns, appender);
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
  }

  /**
   * Runs a statement while its rows are taken, as text, a chunk at a time: the
   * result is never there as a whole. It may fail on the way.
   */
  async parts(sql: string): Promise<AsyncIterable<QueryResult>> {
    return partsOf(await this.#connection.stream(sql));
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
