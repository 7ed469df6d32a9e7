// The one writer of a lake.

import { type Clock, systemClock } from "../../lib/clock.ts";
import { CommandError } from "../../lib/errors.ts";
import { type LakeLocation, openFailure } from "./attach.ts";
import type { Database } from "./duckdb.ts";
import type {
  Committed,
  LakeBatch,
  LakeSize,
  LakeWriter,
  MaintenanceOptions,
  MaintenanceReport,
  TopicPosition,
} from "./lake_types.ts";
import { Committer } from "./committer.ts";
import { type Coverage, coverage } from "./coverage.ts";
import { readPosition } from "./positions.ts";
import { InlinedRows } from "./inlined_rows.ts";
import { lakeFigures, lakeSize } from "./lake_figures.ts";
import { lakeTables } from "./lake_names.ts";
import { ensureSchema } from "./lake_schema.ts";
import { dropUnfinished } from "./rebuilt_tables.ts";
import { SideQueries } from "./side_queries.ts";
import { isConflict, retryConflicts, writeFailure } from "./write_errors.ts";
import { WriterEngine } from "./writer_engine.ts";
import { lockMaintenance, nothingDone } from "./maintain.ts";
import { noteMaintained } from "./maintained.ts";
import { flushInlined, maintenanceSteps } from "./maintenance_steps.ts";
import { lockWriter } from "./writer_lock.ts";

/** Options of {@linkcode openWriter}. */
export interface WriterOptions extends LakeLocation {
  /** Time. @default the real clock */
  readonly clock?: Pick<Clock, "now" | "monotonic" | "sleep">;
  /**
   * Transactions after which the writer goes on with another engine: DuckLake's
   * memory grows with each snapshot. @default 250
   */
  readonly renewAfter?: number;
  /**
   * Whether commits write bronze alone: what silver lacks then, a rebuild
   * computes. @default false
   */
  readonly bronzeOnly?: boolean;
}

const renewAfter = 250;

/** Merges stop at this size, so that a live commit waits for a short one. */
const fileBytes = 4_000_000;

class Writer implements LakeWriter {
  readonly #options: WriterOptions;
  readonly #engine: WriterEngine;
  readonly #lock: Disposable;
  readonly #clock: Pick<Clock, "now" | "monotonic" | "sleep">;
  readonly #committer: Committer;
  #queue: Promise<unknown> = Promise.resolve();
  readonly side: SideQueries = new SideQueries(() =>
    this.#inTurn(async () => (await this.#engine.opened()).connect())
  );
  readonly #inlined: InlinedRows;
  #seen = 0;
  #chores: Promise<void> = Promise.resolve();

  constructor(options: WriterOptions, lock: Disposable) {
    this.#options = options;
    this.#engine = new WriterEngine(options, {
      end: () => void this.side.close(),
      release: () => void this.side.release(),
    });
    this.#lock = lock;
    this.#clock = options.clock ?? systemClock;
    this.#committer = new Committer(options.bronzeOnly ?? false);
    this.#inlined = new InlinedRows(this.#clock);
  }

  /** One statement after the other: there is one connection. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async open(): Promise<void> {
    const database = await this.#engine.opened();
    await ensureSchema(database, this.#clock.now());
    await retryConflicts(() => dropUnfinished(database), this.#clock);
  }

  position(topic: string): Promise<TopicPosition> {
    return this.#inTurn(async () =>
      readPosition(await this.#engine.opened(), topic)
    );
  }

  async commit(batch: LakeBatch): Promise<Committed> {
    const covered = coverage(batch);
    const committed = await this.#inTurn(() => this.#commit(batch, covered));
    if (this.#inlined.isFlushDue()) {
      this.#inlined.reset();
      this.#later(() => this.#flushTables());
    }
    if (++this.#seen >= (this.#options.renewAfter ?? renewAfter)) {
      this.#seen = 0;
      this.#later(() => this.#renew());
    }
    return committed;
  }

  /** Not the caller's to wait for; what fails is tried again. */
  #later(chore: () => Promise<void>): void {
    this.#chores = this.#chores.then(chore).catch(() => {});
  }

  /** Commits go on meanwhile: opening an engine takes longer than several. */
  async #renew(): Promise<void> {
    const replace = await this.#engine.renewed();
    await this.#inTurn(() => Promise.resolve(replace()));
  }

  async #commit(
    batch: LakeBatch,
    covered: readonly Coverage[],
  ): Promise<Committed> {
    const startedMs = this.#clock.monotonic();
    const write = () =>
      retryConflicts(
        () => this.#try(batch, covered),
        this.#clock,
        (error) => this.#abandon(error),
      );
    try {
      // More records are for the caller to divide.
      const written = batch.rows.length > 1
        ? await write()
        : await this.#engine.withEnoughMemory(write);
      return { ...written, durationMs: this.#clock.monotonic() - startedMs };
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): CommandError {
    return error instanceof CommandError
      ? error
      : writeFailure(this.#options.lakeDir, error);
  }

  async #try(
    batch: LakeBatch,
    covered: readonly Coverage[],
  ): Promise<Omit<Committed, "durationMs">> {
    const { inlined, ...stored } = await this.#committer.write(
      await this.#engine.opened(),
      {
        batch,
        covered,
        nowMicros: this.#clock.now().epochNanoseconds / 1_000n,
      },
    );
    this.#inlined.add(inlined);
    return stored;
  }

  /** After a failure: an unusual one may have left the engine unusable. */
  async #abandon(error: unknown): Promise<void> {
    this.#committer.forget();
    try {
      await this.#engine.current?.run("ROLLBACK");
    } catch {
      // A COMMIT that failed has ended the transaction.
    }
    if (!(error instanceof CommandError) && !isConflict(error)) {
      this.#engine.detach();
    }
  }

  async #flush(table?: string): Promise<void> {
    if (table === undefined) this.#inlined.reset();
    await this.#engine.withEnoughMemory(async () =>
      flushInlined(await this.#engine.opened(), table)
    );
  }

  /** Commits get their turn between two tables. */
  async #flushTables(): Promise<void> {
    for (const table of lakeTables) {
      await this.#inTurn(() => this.#flush(table));
    }
  }

  async maintain(
    options: MaintenanceOptions = {},
    between: () => Promise<void> = () => Promise.resolve(),
  ): Promise<MaintenanceReport> {
    const { lakeDir } = this.#options;
    const startedMs = this.#clock.monotonic();
    using _lock = lockMaintenance(lakeDir);
    const done = nothingDone();
    let longestMs = 0;
    const before = await this.#step((it) => lakeFigures(it, lakeDir));
    const steps = maintenanceSteps({
      isAlone: true,
      nowMs: this.#clock.now().epochMilliseconds,
      fileBytes,
      flush: () => this.#flush(),
      done,
    }, options);
    for (const step of steps) {
      await between();
      longestMs = Math.max(
        longestMs,
        await this.#step(async (database) => {
          const stepMs = this.#clock.monotonic();
          await step(database);
          return this.#clock.monotonic() - stepMs;
        }),
      );
    }
    // It gives back the memory that the engine gathered.
    await this.#inTurn(() => Promise.resolve(this.#engine.detach()));
    const after = await this.#step((it) => lakeFigures(it, lakeDir));
    noteMaintained(lakeDir, this.#clock.now());
    const durationMs = this.#clock.monotonic() - startedMs;
    return { ...done, before, after, longestMs, durationMs };
  }

  /** A part of a maintenance; commits get their turn after it. */
  #step<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      try {
        return await this.#engine.withEnoughMemory(() =>
          retryConflicts(
            async () => await work(await this.#engine.opened()),
            this.#clock,
          )
        );
      } catch (error) {
        this.#engine.detach();
        throw this.#failure(error);
      }
    });
  }

  size(): Promise<LakeSize> {
    return this.#inTurn(async () =>
      lakeSize(await this.#engine.opened(), this.#options.lakeDir)
    );
  }

  async close(): Promise<void> {
    // First, so that no question opens the engine again.
    await this.side.end();
    await this.#chores;
    await this.#inTurn(async () => {
      try {
        if (this.#inlined.isAny) await this.#flush();
      } catch (error) {
        // The rows are in the catalog: the next writer flushes them.
        if (!isConflict(error)) {
          throw writeFailure(this.#options.lakeDir, error);
        }
      } finally {
        this.#engine.detach();
        this.#lock[Symbol.dispose]();
      }
    });
  }

  /** Ends without a flush, after a start that failed. */
  abort(): void {
    this.#engine.detach();
    this.#lock[Symbol.dispose]();
  }
}

/**
 * Opens a lake for writing, and creates it where there is none.
 *
 * @throws {CommandError} when another process writes it, or it cannot be opened.
 */
export async function openWriter(options: WriterOptions): Promise<LakeWriter> {
  const writer = new Writer(options, lockWriter(options.lakeDir));
  try {
    await writer.open();
    return writer;
  } catch (error) {
    writer.abort();
    throw openFailure(options, error);
  }
}
