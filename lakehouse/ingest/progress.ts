// How far each partition is, in the lake and in the topic.

import type { LakeBatch } from "../lake/lake_types.ts";
import type { PartitionProgress } from "./events.ts";

/** The newest state of all partitions of one epoch. */
export class Progress {
  #next = new Map<number, bigint>();
  #ends = new Map<number, bigint>();

  /** Begins again at these offsets. */
  begin(
    next: ReadonlyMap<number, bigint>,
    ends: ReadonlyMap<number, bigint>,
  ): void {
    this.#next = new Map(next);
    this.#ends = new Map(ends);
  }

  /** A partition ends here now. */
  seen(partition: number, end: bigint): void {
    this.#ends.set(partition, end);
  }

  /** A batch is in the lake. */
  stored({ rows, gaps }: LakeBatch): void {
    const reached = (partition: number, next: bigint) => {
      if (next > (this.#next.get(partition) ?? 0n)) {
        this.#next.set(partition, next);
      }
    };
    for (const { partition, offset } of rows) reached(partition, offset + 1n);
    for (const { partition, to } of gaps) reached(partition, to);
  }

  /** The next offset of each partition that is not in the lake. */
  get next(): ReadonlyMap<number, bigint> {
    return new Map(this.#next);
  }

  /** All partitions, by number. */
  get partitions(): PartitionProgress[] {
    return Array.from(this.#next, ([partition, next]) => {
      const end = this.#ends.get(partition) ?? next;
      return { partition, next, end: end > next ? end : next };
    }).sort((a, b) => a.partition - b.partition);
  }
}
