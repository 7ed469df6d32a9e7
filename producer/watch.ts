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
  /** Records given up. */
  lost: number;
  /** Log lines that nobody took in time. */
  logLinesDropped: number;
}

/** The last events, on the monotonic clock, in milliseconds. */
export class Watch {
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
    lost: 0,
    logLinesDropped: 0,
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
  /** Polls that failed in a row. */
  failuresInARow = 0;
  /** Only each so-manieth slot is polled; above 1 the circuit is open. */
  pollEvery = 1;
  /** Why the last send failed; `undefined` after a good one. */
  sendError: string | undefined;

  /** Whether any record was ever acknowledged. */
  get everAcknowledged(): boolean {
    return this.lastAckMs !== undefined;
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
    this.counters.absentCoins += sample.absent.length;
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

  /** Kafka acknowledged; what is left waits from now on. */
  acknowledged(records: number, left: number, nowMs: number): void {
    this.counters.published += records;
    this.lastAckMs = nowMs;
    this.waitingSinceMs = left > 0 ? nowMs : undefined;
    this.sendError = undefined;
  }

  /** A send failed; the records still wait. */
  sendFailed(reason: string): void {
    this.sendError = reason;
  }
}
