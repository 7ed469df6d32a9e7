// Which offsets a batch covers, and whether the lake has them.

import { CommandError } from "../../lib/errors.ts";
import type { LakeBatch } from "./lake_types.ts";

/** A partition of a topic in one of its epochs. */
export interface PartitionRef {
  /** The topic's name. */
  readonly topic: string;
  /** The topic's epoch. */
  readonly epoch: number;
  /** The partition's number. */
  readonly partition: number;
}

/** What a batch covers of a partition. */
export interface Coverage extends PartitionRef {
  /** The first offset. */
  readonly from: bigint;
  /** The offset after the last one. */
  readonly to: bigint;
}

/** Ranges without a hole: mostly one, where each row by itself takes time. */
function spansOf({ rows, gaps }: LakeBatch): Coverage[] {
  const spans: Coverage[] = [];
  let last: { -readonly [K in keyof Coverage]: Coverage[K] } | undefined;
  for (const { topic, epoch, partition, offset } of rows) {
    const follows = last?.to === offset && last.partition === partition &&
      last.epoch === epoch && last.topic === topic;
    if (last !== undefined && follows) last.to = offset + 1n;
    else {
      last = { topic, epoch, partition, from: offset, to: offset + 1n };
      spans.push(last);
    }
  }
  return [...spans, ...gaps];
}

/** Text that identifies a partition. */
export function keyOf({ topic, epoch, partition }: PartitionRef): string {
  return `${topic}/${epoch}/${partition}`;
}

/**
 * What a batch covers, by partition.
 *
 * @throws {CommandError} when the batch has an offset twice.
 */
export function coverage(batch: LakeBatch): Coverage[] {
  const groups = Map.groupBy(spansOf(batch), keyOf);
  return [...groups.values()].map((spans) => {
    spans.sort((a, b) => a.from < b.from ? -1 : a.from > b.from ? 1 : 0);
    let whole: Coverage | undefined;
    for (const { topic, epoch, partition, from, to } of spans) {
      if (from >= to || from < (whole?.to ?? 0n)) {
        throw new CommandError(
          `a batch for topic ${topic}, partition ${partition}, has offset ` +
            `${from} twice or a range that ends before it begins`,
          "this is a defect: please report it",
        );
      }
      whole = { topic, epoch, partition, from: whole?.from ?? from, to };
    }
    // A group is never empty.
    return whole as Coverage;
  });
}

/**
 * Refuses offsets that the lake has.
 *
 * @param next The partition's next offset.
 * @throws {CommandError} then.
 */
export function refuseKnown({ from, ...ref }: Coverage, next: bigint): void {
  if (from >= next) return;
  throw new CommandError(
    `offset ${from} of topic ${ref.topic}, partition ${ref.partition}, epoch ` +
      `${ref.epoch}, is in the lake already: expected ${next} or more`,
    "another process wrote to this lake: stop all but one, then start it again",
  );
}
