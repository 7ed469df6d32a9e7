// What has changed in the outbox and is not on disk yet: it becomes one
// transaction.

import type { Position, RecordRef } from "./outbox.ts";
import type { Row } from "./row.ts";

/** The position of one partition of one topic. */
export type PartitionPosition = Position & {
  readonly topic: string;
  readonly partition: number;
};

/** Collects changes until they are written. */
export class WriteBatch {
  readonly #positions = new Map<string, PartitionPosition>();
  /** Rows of the database to delete: ranges of `seq`, both ends included. */
  readonly removed: { readonly from: number; readonly to: number }[] = [];
  /** Rows to keep in the table `rejected`. */
  readonly rejected: { readonly row: Row; readonly reason: string }[] = [];
  #added: Row[] = [];
  /** No record up to this `seq` waits any more, written or not. */
  goneTo: number;

  /**
   * An empty batch.
   *
   * @param goneTo That of the batch before.
   */
  constructor(goneTo: number = 0) {
    this.goneTo = goneTo;
  }

  /** Rows that only memory holds, all newer than those of the database. */
  get added(): readonly Row[] {
    return this.#added;
  }

  /** Positions to set. */
  get positions(): Iterable<PartitionPosition> {
    return this.#positions.values();
  }

  /** Whether there is nothing to write. */
  get isEmpty(): boolean {
    return this.#added.length === 0 && this.removed.length === 0 &&
      this.#positions.size === 0 && this.rejected.length === 0;
  }

  /** Inserts a row. */
  add(row: Row): void {
    this.#added.push(row);
  }

  /**
   * Fits the batch to a database that was just opened: rows go behind those
   * that it holds, and what it may have of those that are gone is removed.
   */
  rebase(lastSeq: number): void {
    this.#added = this.#added.map((row, index) => ({
      ...row,
      seq: Math.max(row.seq, lastSeq + 1 + index),
    }));
    if (this.goneTo > 0) this.#removeRange(0, this.goneTo);
  }

  /** Removes rows, whether they are in the database or only here. */
  remove(refs: readonly RecordRef[]): void {
    const firstAdded = this.#added[0]?.seq ?? Infinity;
    for (const { seq } of refs) {
      if (seq < firstAdded) this.#removeRange(seq, seq);
    }
    if (this.#added.length === 0) return;
    const removed = new Set(refs.map(({ seq }) => seq));
    this.#added = this.#added.filter(({ seq }) => !removed.has(seq));
  }

  #removeRange(from: number, to: number): void {
    const last = this.removed.at(-1);
    if (last !== undefined && last.to + 1 === from) {
      this.removed.splice(-1, 1, { from: last.from, to });
    } else {
      this.removed.push({ from, to });
    }
  }

  /** Whether a row belongs to the database and still waits. */
  keeps(seq: number): boolean {
    return seq > this.goneTo && seq < (this.#added[0]?.seq ?? Infinity) &&
      !this.removed.some(({ from, to }) => from <= seq && seq <= to);
  }

  /** Sets a partition's position. */
  move(position: PartitionPosition): void {
    const { topic, partition } = position;
    this.#positions.set(`${partition} ${topic}`, position);
  }

  /** The new position of a partition, if it has one. */
  position(topic: string, partition: number): Position | undefined {
    return this.#positions.get(`${partition} ${topic}`);
  }
}
