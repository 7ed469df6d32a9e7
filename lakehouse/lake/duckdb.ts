// The one file that imports DuckDB.

import {
  type DuckDBConnection,
  DuckDBInstance,
  // Not among deno.json's imports: `deno install` would fetch its 140 MB for
  // everyone who only produces.
  // deno-lint-ignore no-import-prefix
} from "npm:@duckdb/node-api@1.5.5-r.5";

/** One connection to a database in memory. */
export class Database {
  readonly #connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /**
   * Opens one.
   *
   * @param options DuckDB's settings, by name.
   */
  static async open(
    options: Readonly<Record<string, string>>,
  ): Promise<Database> {
    const instance = await DuckDBInstance.create(":memory:", { ...options });
    return new Database(instance, await instance.connect());
  }

  /** Runs a statement; returns its rows. */
  async all(sql: string): Promise<unknown[][]> {
    const reader = await this.#connection.runAndReadAll(sql);
    return reader.getRowsJS();
  }

  /** Closes the connection and the database. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
