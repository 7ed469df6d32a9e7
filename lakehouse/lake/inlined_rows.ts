// How many rows are in the catalog that are to be written into files.

import type { Clock } from "../../lib/clock.ts";

/** A commit that waits for so many rows to be flushed waits 0.3 s. */
const maxRows = 5_000;
const flushEveryMs = 3_600_000;

/** Counts what one writer put into the catalog. */
export class InlinedRows {
  readonly #clock: Pick<Clock, "monotonic">;
  #rows = 0;
  #flushedMs: number;

  /** None yet. */
  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
    this.#flushedMs = clock.monotonic();
  }

  /** Counts those of a transaction. */
  add(rows: number): void {
    this.#rows += rows;
  }

  /** Whether there are any. */
  get isAny(): boolean {
    return this.#rows > 0;
  }

  /** Whether they are many, or wait for long. */
  isFlushDue(): boolean {
    return this.#rows >= maxRows ||
      this.isAny && this.#clock.monotonic() - this.#flushedMs >= flushEveryMs;
  }

  /** Begins again: those of before are being flushed. */
  reset(): void {
    this.#rows = 0;
    this.#flushedMs = this.#clock.monotonic();
  }
}
