// What has changed in the outbox and is not on disk yet: it becomes one
// transaction.

import type { Position, RecordRef } from "./outbox.ts";
import type { Row } from "./row.ts";

/** The position of one partition of one topic. */
export type PartitionPosition = Position & {
  readonly topic: string;
  readonly partition: number;
};

/** Less than every `seq`: parts of a record may get numbers below 1. */
export const beforeAll: number = Number.MIN_SAFE_INTEGER;

/** A row of the database, and the rows that take its place. */
export interface Replacement {
  /** The row. */
  readonly row: RecordRef;
  /** Their `seq` are less than those of all other rows. */
  readonly parts: readonly Row[];
}

/** Collects changes until they are written. */
export class WriteBatch {
  readonly #positions = new Map<string, PartitionPosition>();
  /** Rows of the database to delete: ranges of `seq`, both ends included. */
  readonly removed: { readonly from: number; readonly to: number }[] = [];
  /** Rows to keep in the table `rejected`. */
  readonly rejected: { readonly row: Row; readonly reason: string }[] = [];
  /** The oldest row, if it was split. */
  replacement: Replacement | undefined;
  #added: Row[] = [];
  /** No record up to this `seq` waits any more, written or not. */
  goneTo: number;

  /**
   * An empty batch.
   *
   * @param goneTo That of the batch before.
   */
  constructor(goneTo: number = beforeAll) {
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
      this.#positions.size === 0 && this.rejected.length === 0 &&
      this.replacement === undefined;
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
    const first = this.#added[0]?.seq ?? Infinity;
    if (first <= lastSeq) {
      // All by the same number, so that their slots stay free.
      const shift = lastSeq + Math.max(0, 1 - first);
      this.#added = this.#added.map((row) => ({
        ...row,
        seq: row.seq + shift,
      }));
    }
    if (this.goneTo > beforeAll) this.#removeRange(beforeAll, this.goneTo);
  }

  /** Replaces a row that only memory holds by its parts. */
  splitAdded({ row, parts }: Replacement): boolean {
    const index = this.#added.findIndex(({ seq }) => seq === row.seq);
    if (index < 0) return false;
    this.#added.splice(index, 1, ...parts);
    return true;
  }

  /** Removes a batch: the oldest rows, in one piece. */
  removeOldest(batch: readonly RecordRef[]): void {
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return;
    const to = Math.min(last.seq, (this.#added[0]?.seq ?? Infinity) - 1);
    if (first.seq <= to) this.#removeRange(first.seq, to);
    this.#forget(batch);
  }

  /** Removes rows, whether they are in the database or only here. */
  remove(refs: readonly RecordRef[]): void {
    const firstAdded = this.#added[0]?.seq ?? Infinity;
    for (const { seq } of refs) {
      if (seq < firstAdded) this.#removeRange(seq, seq);
    }
    this.#forget(refs);
  }

  #forget(refs: readonly RecordRef[]): void {
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
