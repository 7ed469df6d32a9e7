/**
 * What is known of the producer's doing. Polls and publisher tell, health
 * reads; nothing here has an effect on the stream.
 *
 * @module
 */

import { Histogram } from "./histogram.ts";
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
  /** Records that were in the topic already, found by reading its tail. */
  struckOut: number;
  /** Records that went, the oldest first, because the outbox was full. */
  dropped: number;
  /** Records that Kafka will never take, set aside. */
  rejected: number;
  /** Records given up at the end, unsaved. */
  lost: number;
  /** Records that may be in the topic twice: its tail could not tell. */
  possiblyDuplicated: number;
}

/** The outbox as health sees it. */
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

// Around the aims: 25 ms from poll to acknowledgement, 5 ms of deviation.
const answerBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const publishBounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30];
const lateBounds = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 10];

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
    struckOut: 0,
    dropped: 0,
    rejected: 0,
    lost: 0,
    possiblyDuplicated: 0,
  };
  /** How long polls took, good or not. */
  readonly pollTimes: Histogram = new Histogram(answerBounds);
  /** How late slots began. */
  readonly slotDeviations: Histogram = new Histogram(lateBounds);
  /** How long acknowledged sends took. */
  readonly publishTimes: Histogram = new Histogram(publishBounds);
  /** When the last good sample came. */
  lastSampleMs: number | undefined;
  /** When the last acknowledgement came. */
  lastAckMs: number | undefined;
  /** Since when records have been waiting without an acknowledgement. */
  waitingSinceMs: number | undefined;
  /** When the next slot is due. */
  nextSlotMs: number | undefined;
  /** No poll before this time: the source asked to be left alone. */
  restUntilMs: number | undefined;
  /** Why the last poll failed; `undefined` after a good one. */
  pollError: string | undefined;
  /** Why the last send failed; `undefined` after a good one. */
  sendError: string | undefined;
  /** Whether that was Kafka refusing this client's name or rights. */
  refused = false;

  /** Whether any record was ever acknowledged. */
  get everAcknowledged(): boolean {
    return this.lastAckMs !== undefined;
  }

  /**
   * The process began with records of an earlier one: they wait from now on.
   *
   * @param records How many the outbox holds.
   */
  resumed(records: number, nowMs: number): void {
    if (records > 0) this.waitingSinceMs = nowMs;
  }

  /** The next slot is known. */
  slotDue(nextDueMs: number): void {
    this.nextSlotMs = nextDueMs;
  }

  /**
   * A poll is over, good or not.
   *
   * @param latencyMs How long it took.
   * @param lateMs How late its slot began.
   */
  polled(latencyMs: number, lateMs: number): void {
    this.pollTimes.observe(latencyMs);
    this.slotDeviations.observe(lateMs);
  }

  /**
   * A poll gave a sample.
   *
   * @param waits Whether it became a record, which now waits for Kafka.
   */
  sampled(
    sample: Sample,
    unchanged: boolean,
    nowMs: number,
    waits = true,
  ): void {
    this.counters.samples++;
    if (unchanged) this.counters.unchanged++;
    this.counters.absentCoins += sample.absent.length;
    this.counters.refusedFields += sample.refused.length;
    this.lastSampleMs = nowMs;
    if (waits) this.waitingSinceMs ??= nowMs;
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

  /**
   * Kafka acknowledged; what is left waits from now on.
   *
   * @param left How many records still wait.
   * @param latencyMs How long the send took.
   */
  acknowledged(
    records: number,
    left: number,
    nowMs: number,
    latencyMs: number,
  ): void {
    this.counters.published += records;
    this.publishTimes.observe(latencyMs);
    this.lastAckMs = nowMs;
    this.#moved(left, nowMs);
    this.sendError = undefined;
    this.refused = false;
  }

  /** Records turned out to be in the topic already. */
  struckOut(records: number, left: number, nowMs: number): void {
    this.counters.struckOut += records;
    this.#moved(left, nowMs);
  }

  /** Records were set aside: Kafka will never take them. */
  rejected(records: number, left: number, nowMs: number): void {
    this.counters.rejected += records;
    this.#moved(left, nowMs);
  }

  /**
   * A send failed; the records still wait.
   *
   * @param refused Whether Kafka refuses this client's name or rights, which
   * time alone does not mend.
   */
  sendFailed(reason: string, refused = false): void {
    this.sendError = reason;
    this.refused = refused;
  }

  #moved(left: number, nowMs: number): void {
    this.waitingSinceMs = left > 0 ? nowMs : undefined;
  }
}
