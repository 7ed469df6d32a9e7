/**
 * What is known of the producer's doing. Polls and publisher tell, health
 * reads; nothing here has an effect on the stream.
 *
 * @module
 */

import { Histogram } from "./histogram.ts";
import type {
  PollFailure,
  PollFailureKind,
  Sample,
} from "../sources/source.ts";

/** Counters since the process's start. */
export interface Counters {
  /** Polls that gave a sample. */
  samples: number;
  /** Good polls whose every `last_updated_at` was the previous one's. */
  unchanged: number;
  /** Of these, those that were left out (`UNCHANGED=skip`): no samples. */
  leftOut: number;
  /** Polls that gave none, by kind. */
  failures: Partial<Record<PollFailureKind, number>>;
  /** Requests that were sent again after a lost connection. */
  retries: number;
  /** Slots passed over. */
  skipped: number;
  /** Of these, those that the source's trouble or wish for a rest cost. */
  rested: number;
  /** How many times polls were slowed after failures in a row. */
  circuitOpened: number;
  /** Coins that were asked for and absent, summed over samples. */
  absentCoins: number;
  /** Coins or fields that could not be used, summed over samples. */
  refusedFields: number;
  /** Records acknowledged. */
  published: number;
  /** Records that were in the topic already, found by reading its tail. */
  deduplicated: number;
  /** Records that went, the oldest first, because the outbox was full. */
  dropped: number;
  /** Records that Kafka will never take, set aside. */
  rejected: number;
  /** Records given up at the end, unsaved. */
  lost: number;
  /** Records that may be in the topic twice: its tail could not tell. */
  possiblyDuplicated: number;
  /** Log lines that nobody took in time. */
  logLinesDropped: number;
}

// Around the aims: 25 ms from poll to acknowledgement, 5 ms of deviation.
const answerBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const publishBounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30];
const lateBounds = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 10];

/** The last events, on the monotonic clock, in milliseconds. */
export class Stats {
  /** Counters since the start. */
  readonly counters: Counters = {
    samples: 0,
    unchanged: 0,
    leftOut: 0,
    failures: {},
    retries: 0,
    skipped: 0,
    rested: 0,
    circuitOpened: 0,
    absentCoins: 0,
    refusedFields: 0,
    published: 0,
    deduplicated: 0,
    dropped: 0,
    rejected: 0,
    lost: 0,
    possiblyDuplicated: 0,
    logLinesDropped: 0,
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
  /** Polls that failed in a row. */
  failuresInARow = 0;
  /** Only each so many-th slot is polled; above 1 the circuit is open. */
  pollEvery = 1;
  /** Why the last send failed; `undefined` after a good one. */
  sendError: string | undefined;
  /** Records that were set aside since Kafka took one. */
  rejectedSinceAck = 0;
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

  /** The next slot is known; while its poll is under way it still is. */
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

  /** A poll gave a sample, which now waits for Kafka. */
  sampled(sample: Sample, unchanged: boolean, nowMs: number): void {
    this.counters.samples++;
    this.waitingSinceMs ??= nowMs;
    this.#polledWell(sample, unchanged, nowMs);
  }

  /** A poll gave what Kafka has already, and is left out. */
  leftOut(sample: Sample, nowMs: number): void {
    this.counters.leftOut++;
    this.#polledWell(sample, true, nowMs);
  }

  #polledWell(sample: Sample, unchanged: boolean, nowMs: number): void {
    if (unchanged) this.counters.unchanged++;
    this.counters.absentCoins += sample.missing.length;
    this.counters.refusedFields += sample.refused.length;
    this.counters.retries += sample.retries ?? 0;
    this.lastSampleMs = nowMs;
    this.pollError = undefined;
    this.restUntilMs = undefined;
    this.failuresInARow = 0;
    this.pollEvery = 1;
  }

  /** A poll gave none; `pollEvery` tells how much polls are slowed by it. */
  pollFailed(
    failure: PollFailure,
    restUntilMs: number | undefined,
    pollEvery = 1,
  ): void {
    const { failures } = this.counters;
    failures[failure.kind] = (failures[failure.kind] ?? 0) + 1;
    this.counters.retries += failure.retries ?? 0;
    this.pollError = failure.message;
    this.restUntilMs = restUntilMs;
    this.failuresInARow++;
    if (this.pollEvery === 1 && pollEvery > 1) this.counters.circuitOpened++;
    this.pollEvery = pollEvery;
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
    this.rejectedSinceAck = 0;
  }

  /** Records turned out to be in the topic already. */
  deduplicated(records: number, left: number, nowMs: number): void {
    this.counters.deduplicated += records;
    this.#moved(left, nowMs);
  }

  /** Records were set aside: Kafka will never take them. */
  rejected(records: number, left: number, nowMs: number): void {
    this.counters.rejected += records;
    this.rejectedSinceAck += records;
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
