// Batches into the lake, one transaction after the other.

import type { Committed, LakeBatch, LakeWriter } from "../lake/lake_types.ts";
import type { Batcher } from "./batcher.ts";
import { Retry, type RetryOptions } from "./retry.ts";
import { storeParts } from "./store_parts.ts";

/** The used part of the lake's writer. */
export type WriterPort = Pick<LakeWriter, "position" | "commit">;

/** What {@linkcode commitBatches} works with. */
export interface CommitLoopOptions extends RetryOptions {
  /** The topic that is followed. */
  readonly topic: string;
  /** Where the batches come from. */
  readonly batcher: Pick<Batcher, "take" | "done">;
  /** Where they go. */
  readonly writer: WriterPort;
  /** Called for each batch, or part of a refused one, that is in the lake. */
  readonly onStored: (batch: LakeBatch, committed: Committed) => void;
}

/**
 * What of a batch is not in the lake. After a failure the transaction may have
 * been written or not.
 */
export async function unstored(
  { rows, gaps }: LakeBatch,
  topic: string,
  writer: Pick<LakeWriter, "position">,
): Promise<LakeBatch> {
  const { epoch, partitions } = await writer.position(topic);
  const next = new Map(partitions.map((it) => [it.partition, it.next]));
  const isNew = (at: { epoch: number; partition: number }, to: bigint) =>
    at.epoch > epoch || to > (next.get(at.partition) ?? 0n);
  return {
    rows: rows.filter((row) => isNew(row, row.offset + 1n)),
    gaps: gaps.filter((gap) => isNew(gap, gap.to)),
  };
}

/**
 * Commits until the batcher ends or the signal aborts. A batch whose commit
 * fails is tried until it succeeds; the one that is under way at the end is
 * finished, and what was not committed is read again by the next start.
 *
 * @throws {CommandError} when the lake fails for too long.
 */
export async function commitBatches(options: CommitLoopOptions): Promise<void> {
  const { batcher, signal } = options;
  const retry = new Retry("lake", options);
  for (;;) {
    const batch = await batcher.take();
    if (batch === undefined) return;
    await store(batch, retry, options);
    if (signal.aborted) return;
    batcher.done();
  }
}

async function store(
  batch: LakeBatch,
  retry: Retry,
  options: CommitLoopOptions,
): Promise<void> {
  const { topic, writer, signal } = options;
  for (let isRepeated = false;; isRepeated = true) {
    try {
      const left = isRepeated ? await unstored(batch, topic, writer) : batch;
      await storeParts(left, options);
      retry.succeeded();
      return;
    } catch (error) {
      if (signal.aborted) return;
      await retry.failed(error);
      if (signal.aborted) return;
    }
  }
}
