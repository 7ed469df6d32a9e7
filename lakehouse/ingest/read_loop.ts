// The topic into batches: finds where to go on, reads, and does both again
// after any failure, so that no record is taken from a topic that is another
// one by now.

import { errorTypeOf } from "../../kafka/error_chain.ts";
import type { PartitionRead } from "../../kafka/topic_fetch.ts";
import type { TopicReader } from "../../kafka/topic_reader.ts";
import { abortOf } from "../../lib/abort_of.ts";
import { UsageError } from "../../lib/errors.ts";
import type { BronzeRow, OffsetGap } from "../lake/bronze_row.ts";
import type { TopicPosition } from "../lake/lake_types.ts";
import type { Batcher } from "./batcher.ts";
import type { WriterPort } from "./commit_loop.ts";
import { changeAt, resume, type StartFrom } from "./epochs.ts";
import type { Progress } from "./progress.ts";
import { Retry, type RetryOptions } from "./retry.ts";
import { inOrder, toBronzeRows } from "./batch_items.ts";
import type { RowOptions } from "./to_bronze_row.ts";

/** A reader with connections of its own. */
export type OpenReader = TopicReader & { close(): Promise<void> };

/** What {@linkcode readTopic} works with. */
export interface ReadLoopOptions extends RetryOptions, RowOptions {
  /** The topic's name. */
  readonly topic: string;
  /** Connects a reader of the topic. */
  readonly openReader: () => Promise<OpenReader>;
  /** Says where the lake ends. */
  readonly writer: Pick<WriterPort, "position">;
  /** Where the rows go. */
  readonly batcher: Pick<Batcher, "add" | "room" | "drained">;
  /** Gets the offsets. */
  readonly progress: Progress;
  /** Where an empty lake begins. */
  readonly from: StartFrom;
  /** Whether to end where the topic ends at the start. */
  readonly once: boolean;
  /** Called when all is stored, before the reader is closed. */
  readonly onDrained: () => Promise<void>;
}

/** How often new partitions are looked for, in milliseconds. */
const growthMs = 3_000;

/**
 * How often what was taken last is compared, in milliseconds: a topic that is
 * deleted, created and filled between two requests causes no error.
 */
const compareMs = 1_000;

/**
 * Reads until the signal aborts or, once, to the end of each partition as it
 * was at the start.
 *
 * @throws {UsageError} when a broker is outside the permission set before
 * anything was read.
 * @throws {CommandError} when Kafka fails for too long.
 */
export async function readTopic(options: ReadLoopOptions): Promise<void> {
  const loop = new ReadLoop(options);
  try {
    await loop.run();
  } finally {
    await loop.close();
  }
}

/** Also of an epoch that has ended: what gold holds is as old. */
function newestOf({ partitions }: TopicPosition): number | undefined {
  const times = partitions.map(({ last }) => last?.timestampMs ?? -Infinity);
  const newest = times.reduce((a, b) => Math.max(a, b), -Infinity);
  return Number.isFinite(newest) ? newest : undefined;
}

class ReadLoop {
  readonly #options: ReadLoopOptions;
  readonly #retry: Retry;
  readonly #lake: Retry;
  #reader: OpenReader | undefined;
  #hasRead = false;
  #isPositioned = false;
  /** `undefined` until the first position is known. */
  #epoch: number | undefined;
  #next = new Map<number, bigint>();
  /** The last record that was taken of each partition. */
  #last = new Map<number, BronzeRow>();
  /** When it was compared last. */
  #comparedMs = new Map<number, number>();
  #targets: ReadonlyMap<number, bigint> | undefined;
  #grownMs = 0;

  constructor(options: ReadLoopOptions) {
    this.#options = options;
    this.#retry = new Retry("kafka", options);
    this.#lake = new Retry("lake", options);
  }

  async run(): Promise<void> {
    const { signal, batcher } = this.#options;
    while (!signal.aborted) {
      try {
        if (await this.#untilAborted(this.#step())) break;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof UsageError && !this.#hasRead) throw error;
        this.#isPositioned = false;
        // Where no broker answered, its connections may be dead.
        if (errorTypeOf(error) === undefined) await this.close();
        await this.#retry.failed(error);
      }
    }
    await batcher.drained();
    if (!signal.aborted) await this.#options.onDrained();
  }

  /** What a hanging broker holds up must not hold up the end. */
  async #untilAborted(step: Promise<boolean>): Promise<boolean> {
    using abort = abortOf(this.#options.signal);
    // Left behind by an abort, it may still fail.
    step.catch(() => {});
    return await Promise.race([step, abort.promise.then(() => true)]);
  }

  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.close().catch(() => {});
  }

  /** @returns whether all is read. */
  async #step(): Promise<boolean> {
    const { openReader, batcher, signal } = this.#options;
    const reader = this.#reader ??= await openReader();
    if (signal.aborted) {
      await this.close();
      return true;
    }
    if (!this.#isPositioned) await this.#position(reader);
    if (signal.aborted || this.#isDone()) return true;
    await batcher.room();
    await this.#grow(reader);
    const reads = await reader.next(signal);
    await this.#compare(reader, reads);
    for (const read of reads) await this.#take(read);
    if (!signal.aborted) {
      this.#retry.succeeded();
      const { partitions } = this.#options.progress;
      this.#options.onEvent({ kind: "read", partitions });
    }
    return this.#isDone();
  }

  /** Only what is stored tells where to go on. */
  async #position(reader: OpenReader): Promise<void> {
    const { topic, batcher, from, onEvent } = this.#options;
    await batcher.drained();
    const position = await this.#stored();
    if (position === undefined) return;
    const offsets = await reader.offsets();
    const now = {
      topic,
      offsets,
      recordAt: reader.recordAt,
      offsetSince: reader.offsetSince,
      isCompacted: reader.isCompacted,
    };
    const { epoch, newEpoch, next, gaps } = await resume(now, position, from);
    const isOther = epoch !== this.#epoch;
    this.#epoch = epoch;
    this.#next = new Map(next);
    // What was compared for this may have changed since.
    this.#comparedMs.clear();
    const starts = new Map(offsets.map((at) => [at.partition, at.start]));
    const known = newEpoch === undefined ? position.partitions : [];
    this.#last = new Map(
      known.flatMap(({ partition, last }) =>
        last === undefined || last.offset < (starts.get(partition) ?? 0n)
          ? []
          : [[partition, last]]
      ),
    );
    reader.seek(next);
    const ends = new Map(offsets.map((at) => [at.partition, at.end]));
    this.#options.progress.begin(next, ends);
    if (isOther || this.#targets === undefined) this.#targets = ends;
    this.#isPositioned = true;
    this.#grownMs = this.#options.clock.monotonic();
    if (newEpoch !== undefined && isOther) {
      onEvent({ kind: "epoch", epoch, reason: newEpoch });
    }
    const { partitions } = this.#options.progress;
    onEvent({
      kind: "positioned",
      epoch,
      partitions,
      newestTimestampMs: newestOf(position),
      isFirst: position.partitions.length === 0,
    });
    this.#add(gaps);
  }

  /** Where the lake ends; `undefined` when the signal aborts. */
  async #stored(): Promise<TopicPosition | undefined> {
    const { topic, writer, signal } = this.#options;
    while (!signal.aborted) {
      try {
        const position = await writer.position(topic);
        this.#lake.succeeded();
        return position;
      } catch (error) {
        await this.#lake.failed(error);
      }
    }
    return undefined;
  }

  /** New partitions are read from their beginning. */
  async #grow(reader: OpenReader): Promise<void> {
    const { clock, onEvent, progress } = this.#options;
    if (clock.monotonic() - this.#grownMs < growthMs) return;
    this.#grownMs = clock.monotonic();
    const found = await reader.partitions().catch((error) => {
      // Of one partition: the others can be read.
      if (errorTypeOf(error) === "LEADER_NOT_AVAILABLE") return undefined;
      throw error;
    });
    if (found === undefined) return;
    const lost = [...this.#next.keys()].find((id) => !found.includes(id));
    if (lost !== undefined) throw new Error(`partition ${lost} is gone`);
    const partitions = found.filter((id) => !this.#next.has(id));
    if (partitions.length === 0) return;
    for (const partition of partitions) {
      this.#next.set(partition, 0n);
      progress.seen(partition, 0n);
    }
    reader.seek(this.#next);
    onEvent({ kind: "grown", partitions });
  }

  /** @throws when the answer comes from another topic than the last one. */
  async #compare(
    reader: OpenReader,
    reads: readonly PartitionRead[],
  ): Promise<void> {
    const nowMs = this.#options.clock.monotonic();
    for (const { partition, from, next } of reads) {
      const last = this.#last.get(partition);
      const before = this.#comparedMs.get(partition);
      const isFresh = before !== undefined && nowMs - before < compareMs;
      if (next === from || last === undefined || isFresh) continue;
      const change = await changeAt(reader, last);
      if (change !== undefined) throw new Error(change);
      this.#comparedMs.set(partition, nowMs);
    }
  }

  async #take(read: PartitionRead): Promise<void> {
    const { topic, batcher, progress } = this.#options;
    const { partition, records, passed, next, highWatermark } = read;
    const place = { topic, epoch: this.#epoch ?? 0, partition };
    this.#hasRead = true;
    progress.seen(partition, highWatermark);
    this.#next.set(partition, next);
    const gaps = passed.map((range) => ({ ...place, ...range }));
    this.#report(gaps);
    const rows = await toBronzeRows(records, place, this.#options);
    const last = rows.at(-1);
    if (last !== undefined) {
      // Else it would keep the response that its payload is a part of.
      const payload = last.payload && new Uint8Array(last.payload);
      this.#last.set(partition, { ...last, payload });
    }
    batcher.add(inOrder(rows, gaps));
  }

  #add(gaps: readonly OffsetGap[]): void {
    this.#report(gaps);
    this.#options.batcher.add(gaps);
  }

  #report(gaps: readonly OffsetGap[]): void {
    for (const gap of gaps) this.#options.onEvent({ kind: "gap", gap });
  }

  #isDone(): boolean {
    const { once } = this.#options;
    return once && this.#isPositioned && this.#targets !== undefined &&
      [...this.#targets].every(([partition, end]) =>
        (this.#next.get(partition) ?? 0n) >= end
      );
  }
}
