/**
 * What is known of the producer's doing. Polls and publisher tell, health
 * reads; nothing here has an effect on the stream.
 *
 * @module
 */

import type { PollFailure, PollFailureKind, Sample } from "./source.ts";

/** Counters since the process's start. */
export interface Counters {
  /** Polls that gave a sample. */
  samples: number;
  /** Samples whose every `last_updated_at` was the previous one's. */
  unchanged: number;
  /** Polls that gave none, by kind. */
  failures: Partial<Record<PollFailureKind, number>>;
  /** Slots passed over. */
  skipped: number;
  /** Coins that were asked for and absent, summed over samples. */
  absentCoins: number;
  /** Coins or fields that could not be used, summed over samples. */
  refusedFields: number;
  /** Records acknowledged. */
  published: number;
  /** Records given up. */
  lost: number;
  struckOut: number;
  dropped: number;
  rejected: number;
  possiblyDuplicated: number;
}

/** How full the outbox is, and whether it can be written. */
export interface OutboxState {
  /** Records that wait, those in flight included. */
  readonly depth: number;
  /** Their size. */
  readonly bytes: number;
  /** When the oldest was made, ms since 1970 by the wall clock. */
  readonly oldestMs: number | undefined;
  /** Whether the next record costs the oldest one. */
  readonly full: boolean;
  /** Why the disk takes nothing; `undefined` while it does. */
  readonly diskError: string | undefined;
  /** Records that are in memory only. */
  readonly inMemory: number;
}

/** The last events, on the monotonic clock, in milliseconds. */
export class Watch {
  /** Counters since the start. */
  readonly counters: Counters = {
    samples: 0,
    unchanged: 0,
    failures: {},
    skipped: 0,
    absentCoins: 0,
    refusedFields: 0,
    published: 0,
    lost: 0,
    struckOut: 0,
    dropped: 0,
    rejected: 0,
    possiblyDuplicated: 0,
  };
  /** When the last good sample came. */
  lastSampleMs: number | undefined;
  /** When the last acknowledgement came. */
  lastAckMs: number | undefined;
  /** Since when records have been waiting without an acknowledgement. */
  waitingSinceMs: number | undefined;
  /** No poll before this time: the source asked to be left alone. */
  restUntilMs: number | undefined;
  /** Why the last poll failed; `undefined` after a good one. */
  pollError: string | undefined;
  /** Why the last send failed; `undefined` after a good one. */
  sendError: string | undefined;

  /** Whether any record was ever acknowledged. */
  get everAcknowledged(): boolean {
    return this.lastAckMs !== undefined;
  }

  /** A poll gave a sample, which now waits for Kafka. */
  sampled(sample: Sample, unchanged: boolean, nowMs: number): void {
    this.counters.samples++;
    if (unchanged) this.counters.unchanged++;
    this.counters.absentCoins += sample.absent.length;
    this.counters.refusedFields += sample.refused.length;
    this.lastSampleMs = nowMs;
    this.waitingSinceMs ??= nowMs;
    this.pollError = undefined;
    this.restUntilMs = undefined;
  }

  /** A poll gave none. */
  pollFailed(failure: PollFailure, restUntilMs: number | undefined): void {
    const { failures } = this.counters;
    failures[failure.kind] = (failures[failure.kind] ?? 0) + 1;
    this.pollError = failure.message;
    this.restUntilMs = restUntilMs;
  }

  /** Kafka acknowledged; what is left waits from now on. */
  acknowledged(
    records: number,
    left: number,
    nowMs: number,
    _latencyMs: number,
  ): void {
    this.counters.published += records;
    this.lastAckMs = nowMs;
    this.waitingSinceMs = left > 0 ? nowMs : undefined;
    this.sendError = undefined;
  }

  struckOut(records: number, left: number, nowMs: number): void {
    this.counters.struckOut += records;
    this.waitingSinceMs = left > 0 ? nowMs : undefined;
  }

  /** A send failed; the records still wait. */
  sendFailed(reason: string): void {
    this.sendError = reason;
  }
}
