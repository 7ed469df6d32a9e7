// Reads a lake, also while another process writes it.

import { CommandError } from "../../lib/errors.ts";
import {
  attach,
  duckdbMessage,
  type LakeLocation,
  openFailure,
} from "./attach.ts";
import type { Database } from "./duckdb.ts";
import { relationNames } from "./lake_names.ts";
import type { LakeReader, QueryResult } from "./lake_types.ts";
import type { Moment } from "./moment.ts";
import { checkStatement, explained } from "./query_guard.ts";
import { checkSchema } from "./lake_schema.ts";

/** Options of {@linkcode openReader}. */
export interface ReaderOptions extends LakeLocation {
  /** What is seen. @default the newest snapshot, for each query */
  readonly at?: Moment | undefined;
  /** DuckDB's share of memory, in MB. @default 256 */
  readonly memoryMb?: number | undefined;
}

const columnNames = `SELECT DISTINCT column_name FROM duckdb_columns()
  WHERE database_name = 'lake' AND schema_name IN ('bronze', 'silver', 'gold')
  ORDER BY ALL`;

class Reader implements LakeReader {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  query(sql: string): Promise<QueryResult> {
    return this.#checked(sql, () => this.#database.query(sql));
  }

  async *parts(sql: string): AsyncIterable<QueryResult> {
    try {
      yield* await this.#checked(sql, () => this.#database.parts(sql));
    } catch (error) {
      throw error instanceof CommandError ? error : await this.#failure(error);
    }
  }

  async #checked<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const [[serialized] = []] = await this.#database.all(
      "SELECT json_serialize_sql($1::VARCHAR)",
      [explained(sql)],
    );
    checkStatement(String(serialized));
    try {
      return await work();
    } catch (error) {
      throw await this.#failure(error);
    }
  }

  async #failure(error: unknown): Promise<CommandError> {
    const message = duckdbMessage(error);
    const next = /Table with name|Schema with name|Catalog ".*" does not/
        .test(message)
      ? `there are: ${await this.#list(relationNames) || "none at --at"}`
      : /Referenced (column|table)|column named/.test(message)
      ? `columns of the lake: ${await this.#list(columnNames)}`
      : /Out of Memory|memory limit/i.test(message)
      ? "ask for fewer rows or columns, or for a shorter time"
      : /database is locked/.test(message)
      ? "try again"
      : "check the statement; SHOW ALL TABLES lists the lake's tables";
    return new CommandError(message, next, { cause: error });
  }

  async #list(sql: string): Promise<string> {
    const rows = await this.#database.all(sql);
    return rows.map(([name]) => String(name)).join(", ");
  }

  close(): Promise<void> {
    this.#database.close();
    return Promise.resolve();
  }
}

/**
 * Opens a lake for reading.
 *
 * @throws {CommandError} when there is no lake, a newer program wrote it, or
 * `at` is before its first snapshot or after its last one.
 */
export async function openReader(options: ReaderOptions): Promise<LakeReader> {
  const database = await attach({
    ...options,
    isWriter: false,
    tempName: "reader",
  });
  try {
    await database.run("USE lake");
    await checkSchema(database);
    return new Reader(database);
  } catch (error) {
    database.close();
    throw openFailure(options, error);
  }
}
