// Transactions of one writer, and what it knows from one to the next.

import { plural } from "../../lib/plural.ts";
import { type Coverage, keyOf, refuseKnown } from "./coverage.ts";
import type { Database } from "./duckdb.ts";
import { KnownTicks } from "./known_ticks.ts";
import { snapshotOf } from "./lake_figures.ts";
import type { Committed, LakeBatch } from "./lake_types.ts";
import { readNext } from "./positions.ts";
import { messageStatement, offsetsJson, writeBatch } from "./transaction.ts";

/** A batch in the lake. */
export interface Stored extends Omit<Committed, "durationMs"> {
  /** Rows that went into the catalog. */
  readonly inlined: number;
}

const lastIngestion = `SELECT epoch_us(max(ingestion_timestamp))
  FROM lake.bronze.crypto_ticks_raw`;

/** Writes batches. */
export class Committer {
  /** What the last commit or look left; another process may have gone on. */
  #snapshot = -1;
  #lastMicros = 0n;
  readonly #next = new Map<string, bigint>();
  readonly #known = new KnownTicks();
  readonly #bronzeOnly: boolean;

  /** Leaves silver out, if it is for bronze alone. */
  constructor(bronzeOnly: boolean) {
    this.#bronzeOnly = bronzeOnly;
  }

  /** After a failure: the next batch reads everything again. */
  forget(): void {
    this.#snapshot = -1;
    this.#next.clear();
    this.#known.forget();
  }

  /**
   * Writes a batch in one transaction.
   *
   * @param covered The offsets that it covers.
   * @param nowMicros The wall clock, µs since 1970. Times of ingestion only
   * grow, whatever it says.
   * @throws {CommandError} when the lake has some of these offsets already;
   * whatever DuckDB throws. The transaction is then still open.
   */
  async write(
    database: Database,
    { batch, covered, nowMicros }: {
      readonly batch: LakeBatch;
      readonly covered: readonly Coverage[];
      readonly nowMicros: bigint;
    },
  ): Promise<Stored> {
    await this.#begin(database);
    for (const one of covered) {
      const key = keyOf(one);
      const next = this.#next.get(key) ?? await readNext(database, one);
      this.#next.set(key, next);
      refuseKnown(one, next);
    }
    const micros = nowMicros > this.#lastMicros
      ? nowMicros
      : this.#lastMicros + 1n;
    const bronzeOnly = this.#bronzeOnly;
    const target = { database, known: this.#known, bronzeOnly };
    const written = await writeBatch(target, batch, micros);
    const { rows } = batch;
    await database.run(messageStatement(
      `${plural(rows.length, "record")}, ${plural(written.ticks, "tick")}`,
      offsetsJson(covered),
    ));
    this.#snapshot = await snapshotOf(
      database,
      "last_committed_snapshot",
      ["COMMIT"],
    );
    this.#lastMicros = micros;
    for (const one of covered) this.#next.set(keyOf(one), one.to);
    const times = rows.map(({ timestampMs }) => timestampMs ?? -Infinity);
    const newest = times.reduce((a, b) => Math.max(a, b), -Infinity);
    return {
      ...written,
      snapshot: this.#snapshot,
      rows: rows.length,
      newestTimestampMs: Number.isFinite(newest) ? newest : undefined,
    };
  }

  /** Reads again what this process knows, if another one wrote since. */
  async #begin(database: Database): Promise<void> {
    const snapshot = await snapshotOf(database, "current_snapshot", ["BEGIN"]);
    if (snapshot === this.#snapshot) return;
    this.#next.clear();
    this.#known.forget();
    const [[micros] = []] = await database.all(lastIngestion);
    this.#lastMicros = BigInt(String(micros ?? 0));
    this.#snapshot = snapshot;
  }
}
