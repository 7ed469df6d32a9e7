// The bound of the table `rejected`: dead-lettered records may take a share of
// the outbox, and the oldest make room for newer ones.

import type { OutboxDatabase, Totals } from "./database.ts";
import type { Limits } from "./outbox.ts";
import { sizeOf } from "./queries.ts";
import type { WriteBatch } from "./write_batch.ts";

/** The newest records that are kept. */
const maxRecords = 1_000;

/** The share of the outbox's bytes that they may take. */
const share = 1 / 4;

/** Counts and bounds what the table holds. */
export class DeadLetters {
  readonly #bound: Limits;
  readonly #onDropped: (records: number) => void;
  #bytes = 0;
  #dropped = 0;

  /**
   * Of an outbox with this bound.
   *
   * @param onDropped Called when old records were deleted for newer ones.
   */
  constructor({ bytes }: Limits, onDropped: (records: number) => void) {
    this.#bound = { records: maxRecords, bytes: Math.floor(bytes * share) };
    this.#onDropped = onDropped;
  }

  /** What they count against the outbox's bound. */
  get bytes(): number {
    // Files of earlier versions may hold more until the next write.
    return Math.min(this.#bytes, this.#bound.bytes);
  }

  /** How many were deleted for newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A database was opened or read again. */
  count({ rejectedBytes }: Totals): void {
    this.#bytes = rejectedBytes;
  }

  /** These were written: deletes what is too much. */
  written(database: OutboxDatabase, rejected: WriteBatch["rejected"]): void {
    this.#bytes += sizeOf(rejected.map(({ row }) => row)).bytes;
    if (rejected.length === 0 && this.#bytes <= this.#bound.bytes) return;
    const dropped = database.trimRejected(this.#bound);
    if (dropped === 0) return;
    this.count(database.totals());
    this.#dropped += dropped;
    this.#onDropped(dropped);
  }
}
