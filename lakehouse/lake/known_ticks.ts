// The ticks of silver that the candidates of a batch are compared with, in the
// temporary table `known_ticks`. The newest ones stay there: to look for each
// batch in the lake again costs more than the comparison.

import type { Database } from "./duckdb.ts";

const columns = `crypto_symbol, api_timestamp, price_usd, volume_24h,
  market_cap_usd, percent_change_24h`;

/** Rows that are kept: a quarter of an hour of ten coins at 1 Hz. */
const keptRows = 10_000;

async function countOf(database: Database): Promise<number> {
  const [[count] = []] = await database.all("SELECT count(*) FROM known_ticks");
  return Number(count);
}

function timestamp(micros: bigint): string {
  return `make_timestamp(${micros}::BIGINT)`;
}

/** The times of a batch's good candidates, µs since 1970. */
export interface Times {
  /** The earliest one. */
  readonly first: bigint;
  /** The latest one. */
  readonly last: bigint;
}

/** Options of {@linkcode KnownTicks}. */
export interface KnownTicksOptions {
  /** The table that has the ticks. @default silver's */
  readonly silver?: string;
  /** How many ticks are kept, or up to twice as many. @default 10,000 */
  readonly keptRows?: number | undefined;
}

/** Keeps the table up to date. */
export class KnownTicks {
  readonly #silver: string;
  readonly #keptRows: number;
  /** Whose temporary table it is. */
  #database: Database | undefined;
  /** The table has all ticks of silver from this time on, µs since 1970. */
  #from: bigint | undefined;
  /** Then silver has no tick after this time. */
  #last = 0n;
  #rows = 0;
  /** From here on silver has more than can be kept; it only grows. */
  #tooFar: bigint | undefined;

  /** Knows nothing yet. */
  constructor(options: KnownTicksOptions = {}) {
    const { silver = "lake.silver.crypto_ticks" } = options;
    this.#silver = `SELECT ${columns} FROM ${silver}`;
    this.#keptRows = options.keptRows ?? keptRows;
  }

  /** After a rollback, or another process's write. */
  forget(): void {
    this.#from = undefined;
  }

  /**
   * Makes the table hold what silver has of the times of the good rows of the
   * table `candidates`.
   *
   * @returns whether silver may have ticks of these times. If not, the table
   * may have others, or not be there.
   */
  async find(database: Database, { first }: Times): Promise<boolean> {
    if (database !== this.#database) this.forget();
    this.#database = database;
    if (this.#from !== undefined) {
      if (first > this.#last) return false;
      if (first >= this.#from) return true;
    }
    if (await this.#load(database, first)) return first <= this.#last;
    this.#from = undefined;
    await database.run(
      `CREATE OR REPLACE TEMP TABLE known_ticks AS ${this.#silver}
       WHERE api_timestamp >= ${timestamp(first)}
         AND api_timestamp <= (SELECT max(api_timestamp) FROM candidates)
         AND api_timestamp IN (SELECT api_timestamp FROM candidates)`,
    );
    return true;
  }

  async #load(database: Database, first: bigint): Promise<boolean> {
    if (this.#tooFar !== undefined && first <= this.#tooFar) return false;
    await database.run(
      `CREATE OR REPLACE TEMP TABLE known_ticks AS ${this.#silver}
       WHERE api_timestamp >= ${timestamp(first)} LIMIT ${this.#keptRows + 1}`,
    );
    const [[rows, last] = []] = await database.all(
      "SELECT count(*), epoch_us(max(api_timestamp)) FROM known_ticks",
    );
    this.#rows = Number(rows);
    if (this.#rows > this.#keptRows) {
      this.#tooFar = first;
      return false;
    }
    this.#from = first;
    this.#last = last === null ? first - 1n : BigInt(String(last));
    return true;
  }

  /**
   * Adds rows that silver gets, after {@linkcode find}.
   *
   * @param ticks What SELECT takes them from.
   * @param count How many they are.
   */
  async add(
    database: Database,
    ticks: string,
    { count, first, last }: Times & { readonly count: number },
  ): Promise<void> {
    if (this.#from === undefined) return;
    const added = `SELECT ${columns} FROM ${ticks}`;
    const isAfterAll = first > this.#last;
    if (last > this.#last) this.#last = last;
    if (isAfterAll && count >= this.#keptRows) {
      await database.run(
        `CREATE OR REPLACE TEMP TABLE known_ticks AS ${added}`,
      );
      this.#from = first;
      this.#rows = count;
      return;
    }
    await database.run(`INSERT INTO known_ticks ${added}`);
    this.#rows += count;
    if (this.#rows <= 2 * this.#keptRows) return;
    const [[oldest] = []] = await database.all(
      `SELECT epoch_us(api_timestamp) FROM known_ticks
       ORDER BY api_timestamp DESC LIMIT 1 OFFSET ${this.#keptRows - 1}`,
    );
    this.#from = BigInt(String(oldest));
    await database.run(
      `CREATE OR REPLACE TEMP TABLE known_ticks AS FROM known_ticks
       WHERE api_timestamp >= ${timestamp(this.#from)}`,
    );
    this.#rows = await countOf(database);
  }
}
