// Collects rows and gaps for the next transaction while the last one is being
// committed. Its bounds are the pipeline's back-pressure: who adds waits for
// room first.

import type { Clock } from "../../lib/clock.ts";
import type { BronzeRow, OffsetGap } from "../lake/bronze_row.ts";
import type { LakeBatch } from "../lake/lake_types.ts";
import { bytesOf } from "./to_bronze_row.ts";

/** When a batch is complete. */
export interface BatchLimits {
  /** Rows and gaps. */
  readonly records: number;
  /** Bytes of text, about; a larger row is a batch of its own. */
  readonly bytes: number;
  /**
   * How long a row waits for others, in milliseconds. The first one after a
   * pause as long as this does not wait.
   */
  readonly waitMs: number;
}

/** Fits the lake's memory limit. */
export const batchLimits: BatchLimits = {
  records: 2_500,
  bytes: 10 * 1024 * 1024,
  waitMs: 100,
};

/** The same without silver, where a transaction takes less memory. */
export const bronzeBatchLimits: BatchLimits = {
  ...batchLimits,
  records: 5_000,
  bytes: 20 * 1024 * 1024,
};

/** A row or a gap. */
export type BatchItem = BronzeRow | OffsetGap;

function isGap(item: BatchItem): item is OffsetGap {
  return "reason" in item;
}

function sizeOf(item: BatchItem): number {
  return isGap(item) ? 100 + (item.detail?.length ?? 0) : bytesOf(item);
}

/** A queue between one that adds and one that takes. */
export class Batcher {
  readonly #limits: BatchLimits;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #queue: { readonly item: BatchItem; readonly bytes: number }[] = [];
  #bytes = 0;
  #sinceMs = 0;
  #doneMs = Number.NEGATIVE_INFINITY;
  #isTaken = false;
  #isClosed = false;
  #flushes = 0;
  #changed = Promise.withResolvers<void>();

  /** Every wait ends when the signal aborts. */
  constructor(limits: BatchLimits, clock: Clock, signal: AbortSignal) {
    this.#limits = limits;
    this.#clock = clock;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#change(), { once: true });
  }

  /** Adds items in the order of their offsets within each partition. */
  add(items: readonly BatchItem[]): void {
    if (items.length === 0) return;
    if (this.#queue.length === 0) this.#sinceMs = this.#clock.monotonic();
    for (const item of items) {
      const bytes = sizeOf(item);
      this.#queue.push({ item, bytes });
      this.#bytes += bytes;
    }
    this.#change();
  }

  /** Waits until less than a whole batch waits. */
  async room(): Promise<void> {
    while (this.#isFull() && !this.#signal.aborted) await this.#changed.promise;
  }

  /** Waits until all that was added is done; what is added meanwhile, too. */
  async drained(): Promise<void> {
    this.#flushes++;
    this.#change();
    try {
      while (this.#queue.length > 0 || this.#isTaken) {
        if (this.#signal.aborted) return;
        await this.#changed.promise;
      }
    } finally {
      this.#flushes--;
    }
  }

  /**
   * Waits for the next batch: the oldest items, in order.
   *
   * @returns `undefined` after {@linkcode close}, or when the signal aborts.
   */
  async take(): Promise<LakeBatch | undefined> {
    while (!this.#signal.aborted) {
      if (this.#queue.length === 0) {
        if (this.#isClosed) return undefined;
        await this.#changed.promise;
        continue;
      }
      const waitMs = this.#dueMs() - this.#clock.monotonic();
      if (waitMs <= 0) return this.#slice();
      const woken = new AbortController();
      await Promise.race([
        this.#clock.sleep(waitMs, woken.signal),
        this.#changed.promise,
      ]);
      woken.abort();
    }
    return undefined;
  }

  /** Reports that the batch that was taken is stored. */
  done(): void {
    this.#isTaken = false;
    this.#doneMs = this.#clock.monotonic();
    this.#change();
  }

  /** Ends {@linkcode take} once nothing waits. */
  close(): void {
    this.#isClosed = true;
    this.#change();
  }

  #isFull(): boolean {
    const { records, bytes } = this.#limits;
    return this.#queue.length >= records || this.#bytes >= bytes;
  }

  /** When the oldest item is to be taken. */
  #dueMs(): number {
    if (this.#isFull() || this.#isClosed || this.#flushes > 0) {
      return Number.NEGATIVE_INFINITY;
    }
    const { waitMs } = this.#limits;
    return Math.min(this.#sinceMs, this.#doneMs) + waitMs;
  }

  #slice(): LakeBatch {
    const rows: BronzeRow[] = [];
    const gaps: OffsetGap[] = [];
    let count = 0;
    let left = this.#limits.bytes;
    for (const { item, bytes } of this.#queue) {
      left -= bytes;
      if (count === this.#limits.records || count > 0 && left < 0) break;
      if (isGap(item)) gaps.push(item);
      else rows.push(item);
      this.#bytes -= bytes;
      count++;
    }
    this.#queue = this.#queue.slice(count);
    this.#sinceMs = this.#clock.monotonic();
    this.#isTaken = true;
    this.#change();
    return { rows, gaps };
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
