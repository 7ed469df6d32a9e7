// A topic into the lake: reading and committing side by side, joined by the
// batcher alone.

import type { Clock } from "../../lib/clock.ts";
import {
  Batcher,
  type BatchLimits,
  batchLimits,
  bronzeBatchLimits,
} from "./batcher.ts";
import { commitBatches, type WriterPort } from "./commit_loop.ts";
import type { StartFrom } from "./epochs.ts";
import type { FollowEvent } from "./events.ts";
import { createGroupOffsets } from "./group_offsets.ts";
import { Progress } from "./progress.ts";
import { type OpenReader, readTopic } from "./read_loop.ts";
import type { RowOptions } from "./to_bronze_row.ts";

/** What {@linkcode followTopic} works with. */
export interface FollowOptions extends RowOptions {
  /** The topic's name; it need not exist yet. */
  readonly topic: string;
  /** Connects a reader of the topic. */
  readonly openReader: () => Promise<OpenReader>;
  /** The lake's writer; it is not closed here. */
  readonly writer: WriterPort;
  /** The consumer group whose offsets show the lag. */
  readonly groupId: string;
  /** Where an empty lake begins. */
  readonly from: StartFrom;
  /**
   * Whether to end once everything is stored that the topic held at the start:
   * to the end of each partition, open transactions excepted.
   */
  readonly once: boolean;
  /** When a batch is complete. */
  readonly limits?: BatchLimits;
  /** Time. */
  readonly clock: Clock;
  /** A number from 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Ends it; the transaction that is under way is finished. */
  readonly signal: AbortSignal;
  /** Gets what happens; must not throw. */
  readonly onEvent: (event: FollowEvent) => void;
}

/** How long a drain tries to reach a failing Kafka or lake. */
const giveUpMs = 30_000;

/** How long a drain waits for the group's offsets to be stored. */
const groupMs = 1_000;

/**
 * Follows a topic into the lake until the signal aborts, or drains it once.
 * Nothing is lost or doubled wherever it ends: the lake itself says where to go
 * on.
 *
 * @throws {UsageError} when a broker is outside the permission set before
 * anything was read.
 * @throws {CommandError} when a drain cannot reach Kafka or the lake. Following
 * never gives up.
 */
export async function followTopic(options: FollowOptions): Promise<void> {
  const { topic, writer, clock, random, onEvent, once, groupId } = options;
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const usual = options.bronzeOnly ? bronzeBatchLimits : batchLimits;
  const batcher = new Batcher(options.limits ?? usual, clock, signal);
  const progress = new Progress();
  let reader: OpenReader | undefined;
  const openReader = async () => reader = await options.openReader();
  const group = createGroupOffsets({
    commit: async (next) => await reader?.commitOffsets(groupId, next),
    onFailure: (error) => onEvent({ kind: "group", error }),
    clock,
    random,
    signal,
  });
  const common = {
    topic,
    writer,
    batcher,
    clock,
    random,
    signal,
    onEvent,
    giveUpMs: once ? giveUpMs : Number.POSITIVE_INFINITY,
  };
  const committing = commitBatches({
    ...common,
    onStored(batch, committed) {
      progress.stored(batch);
      const { partitions, next } = progress;
      const gaps = batch.gaps.length;
      onEvent({ kind: "committed", committed, gaps, partitions });
      group.set(next);
    },
  });
  const reading = readTopic({
    ...common,
    bronzeOnly: options.bronzeOnly ?? false,
    openReader,
    progress,
    from: options.from,
    once,
    onEvent(event) {
      onEvent(event);
      // What an earlier run could not store any more.
      if (event.kind === "positioned") group.set(progress.next);
    },
    async onDrained() {
      const cancel = new AbortController();
      await Promise.race([
        group.settled(),
        clock.sleep(groupMs, AbortSignal.any([signal, cancel.signal])),
      ]);
      cancel.abort();
    },
  }).then(() => batcher.close());
  try {
    // Whichever fails ends the other.
    await Promise.all([reading, committing]);
  } finally {
    ended.abort();
    await Promise.allSettled([reading, committing]);
  }
}
