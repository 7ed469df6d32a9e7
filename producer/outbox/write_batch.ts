/**
 * What has changed in the outbox and is not on disk yet.
 *
 * @module
 */

import type { Position } from "./outbox.ts";
import type { Row } from "./row.ts";
import type {
  Changes,
  PartitionPosition,
  Range,
  RejectedRow,
} from "./database.ts";

/** Collects changes for one transaction. */
export class Pending {
  readonly #removed: Range[] = [];
  readonly #positions = new Map<string, PartitionPosition>();
  readonly #rejected: RejectedRow[] = [];

  /** Whether there is nothing to write. */
  get isEmpty(): boolean {
    return this.#removed.length === 0 && this.#positions.size === 0 &&
      this.#rejected.length === 0;
  }

  /** Rows of the database that go. */
  remove(range: Range): void {
    const last = this.#removed.at(-1);
    if (last !== undefined && last.to + 1 === range.from) {
      this.#removed[this.#removed.length - 1] = {
        from: last.from,
        to: range.to,
      };
    } else {
      this.#removed.push(range);
    }
  }

  /** Whether a row of the database is to go. */
  isRemoved(seq: number): boolean {
    return this.#removed.some(({ from, to }) => from <= seq && seq <= to);
  }

  /** A partition's position moves. */
  move(position: PartitionPosition): void {
    const { topic, partition } = position;
    this.#positions.set(`${partition} ${topic}`, position);
  }

  /** The position of a partition, if it moves. */
  position(topic: string, partition: number): Position | undefined {
    return this.#positions.get(`${partition} ${topic}`);
  }

  /** A row is kept as rejected. */
  reject(row: Row, reason: string): void {
    this.#rejected.push({ row, reason });
  }

  /** All of it as one transaction, with rows to add. */
  changes(added: readonly Row[]): Changes {
    return {
      removed: this.#removed,
      positions: [...this.#positions.values()],
      rejected: this.#rejected,
      added,
    };
  }
}
