// Queries beside the writer, or from a process of their own: a connection that
// is opened by the first question and answers one after the other.

import { attach, type LakeLocation } from "./attach.ts";
import type { Database, Parameter } from "./duckdb.ts";
import { checkSchema } from "./lake_schema.ts";
import type { LakeQueries, Rows } from "./lake_types.ts";

/** A connection that is opened when it is needed. */
export class SideQueries implements LakeQueries {
  readonly #open: () => Promise<Database>;
  #database: Promise<Database> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #isEnded = false;

  /**
   * None is opened yet.
   *
   * @param open Opens the connection.
   */
  constructor(open: () => Promise<Database>) {
    this.#open = open;
  }

  ask(sql: string, parameters: readonly Parameter[] = []): Promise<Rows> {
    // DuckDB would hold a thread for each that waits.
    const asked = this.#queue.then(async () =>
      (await (await this.#opened()).query(sql, parameters)).rows
    );
    this.#queue = asked.catch(() => {});
    return asked;
  }

  async #opened(): Promise<Database> {
    if (this.#isEnded) throw new Error("the lake is closed");
    this.#database ??= this.#open();
    try {
      return await this.#database;
    } catch (error) {
      this.#database = undefined;
      throw error;
    }
  }

  /** Ends the running statement and closes; the next question opens it again. */
  close(): Promise<void> {
    this.#database?.then((it) => it.interrupt()).catch(() => {});
    return this.release();
  }

  /** Closes after the running statement; the next question opens it again. */
  release(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    if (database !== undefined) {
      this.#queue = this.#queue.then(async () => (await database).close())
        .catch(() => {});
    }
    return this.#queue.then(() => {});
  }

  /** Closes for good: later questions fail. */
  end(): Promise<void> {
    this.#isEnded = true;
    return this.close();
  }
}

/**
 * Asks a lake that another process may be writing.
 *
 * A question throws a CommandError when there is no lake, or a newer program
 * wrote it.
 */
export function sideReader(location: LakeLocation): SideQueries {
  return new SideQueries(async () => {
    const database = await attach({
      ...location,
      isWriter: false,
      tempName: `page-${Deno.pid}`,
    });
    try {
      await checkSchema(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}
