// What is known of the producer's work. The poll and the publisher report,
// health reads; nothing here has an effect on the stream.

import type {
  PollFailure,
  PollFailureKind,
  Sample,
} from "../sources/source.ts";
import { Histogram } from "../../lib/histogram.ts";

/** Counters since the start of the process. */
export class Counters {
  /** Polls that became a record. */
  samples = 0;
  /** Successful polls in which every `last_updated_at` was as before. */
  unchanged = 0;
  /** Unchanged polls that became no record (`UNCHANGED=skip`). */
  unchangedSkipped = 0;
  /** Failed polls, by kind. */
  failures: Partial<Record<PollFailureKind, number>> = {};
  /** Requests repeated after a lost connection. */
  retries = 0;
  /** Slots not polled. */
  skipped = 0;
  /** Skipped slots that were due during a cooldown or backoff. */
  backedOff = 0;
  /** Backoffs begun after consecutive failures. */
  backoffs = 0;
  /** Requested coins missing from responses, summed over samples. */
  missingCoins = 0;
  /** Invalid coins or fields, summed over samples. */
  invalidFields = 0;
  /** Records acknowledged by Kafka. */
  published = 0;
  /** Records found in the topic and therefore not sent again. */
  deduplicated = 0;
  /** Oldest records dropped because the outbox was full. */
  dropped = 0;
  /** Records that Kafka rejected permanently. */
  deadLettered = 0;
  /** Records split into several, since their topic takes no larger ones. */
  split = 0;
  /** Records neither sent nor saved at exit. */
  lost = 0;
  /** Records of which the topic's tail could not tell whether it has them. */
  possiblyDuplicated = 0;
  /** Log lines dropped because stdout was not read. */
  logLinesDropped = 0;
}

/** A number of records left the queue. Times are monotonic, in ms. */
export interface Progress {
  /** How many. */
  readonly records: number;
  /** Records that still wait. */
  readonly left: number;
  /** When. */
  readonly nowMs: number;
}

// Around the targets: 25 ms from poll to acknowledgement, slots within 5 ms.
const pollBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const publishBounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 30];
const lateBounds = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 10];

/** Counters, histograms and last events; times are monotonic, in ms. */
export class Stats {
  /** Counters since the start. */
  readonly counters: Counters = new Counters();
  /** Durations of polls, failed ones included. */
  readonly pollTimes: Histogram = new Histogram(pollBounds);
  /** Delays between a slot's due time and its start. */
  readonly slotDeviations: Histogram = new Histogram(lateBounds);
  /** Durations of acknowledged sends. */
  readonly publishTimes: Histogram = new Histogram(publishBounds);
  /** Delay between the last polled slot's due time and its start. */
  lastLateMs: number | undefined;
  /** When the last successful poll ended. */
  lastSampleMs: number | undefined;
  /** When Kafka last acknowledged. */
  lastAckMs: number | undefined;
  /** Since when records have been waiting without any progress. */
  waitingSinceMs: number | undefined;
  /** When the next slot is due, or the running one was. */
  nextSlotMs: number | undefined;
  /** No poll before this time, as the source demanded. */
  cooldownUntilMs: number | undefined;
  /** Why the last poll failed; `undefined` after a successful one. */
  pollError: string | undefined;
  /** Consecutive failed polls. */
  failuresInARow = 0;
  /** Slots from one poll to the next; more than 1 during a backoff. */
  backoffStride = 1;
  /** Why the last send failed; `undefined` after an acknowledgement. */
  sendError: string | undefined;
  /** Whether Kafka refused this client's name or rights at the last send. */
  refused = false;
  /** Records dead-lettered since Kafka last acknowledged. */
  deadLetteredSinceAck = 0;
  /** Why Kafka rejected the last of them. */
  deadLetteredReason: string | undefined;
  /** Why the outbox cannot be read; `undefined` while it can. */
  outboxError: string | undefined;

  /** The process began with records of an earlier one. */
  resumed(records: number, nowMs: number): void {
    if (records > 0) this.waitingSinceMs = nowMs;
  }

  /** The schedule waits for, or runs, the slot that is due at this time. */
  slotDue(dueMs: number): void {
    this.nextSlotMs = dueMs;
  }

  /** A slot began after some that were skipped. */
  slotsSkipped(slots: { skipped: number; backedOff: number }): void {
    this.counters.skipped += slots.skipped;
    this.counters.backedOff += slots.backedOff;
  }

  /** A poll ended, successful or not. */
  polled(poll: { durationMs: number; lateMs: number }): void {
    this.pollTimes.observe(poll.durationMs);
    this.slotDeviations.observe(poll.lateMs);
    this.lastLateMs = poll.lateMs;
  }

  /** A poll gave a sample, whose record now waits for Kafka. */
  sampled(sample: Sample, unchanged: boolean, nowMs: number): void {
    this.counters.samples++;
    this.waitingSinceMs ??= nowMs;
    this.#succeeded(sample, unchanged, nowMs);
  }

  /** A poll gave nothing new, and therefore no record. */
  unchangedSkipped(sample: Sample, nowMs: number): void {
    this.counters.unchangedSkipped++;
    this.#succeeded(sample, true, nowMs);
  }

  #succeeded(sample: Sample, unchanged: boolean, nowMs: number): void {
    if (unchanged) this.counters.unchanged++;
    this.counters.missingCoins += sample.missing.length;
    this.counters.invalidFields += sample.refused.length;
    this.counters.retries += sample.retries ?? 0;
    this.lastSampleMs = nowMs;
    this.pollError = undefined;
    this.cooldownUntilMs = undefined;
    this.failuresInARow = 0;
    this.backoffStride = 1;
  }

  /** A poll failed; this is what it does to the next ones. */
  pollFailed(failure: PollFailure, effect: {
    readonly failuresInARow: number;
    readonly stride: number;
    readonly cooldownUntilMs?: number | undefined;
  }): void {
    const { failures } = this.counters;
    failures[failure.kind] = (failures[failure.kind] ?? 0) + 1;
    this.counters.retries += failure.retries ?? 0;
    if (this.backoffStride === 1 && effect.stride > 1) this.counters.backoffs++;
    this.pollError = failure.message;
    this.cooldownUntilMs = effect.cooldownUntilMs;
    this.failuresInARow = effect.failuresInARow;
    this.backoffStride = effect.stride;
  }

  /** The full outbox dropped its oldest records. */
  dropped(records: number): void {
    this.counters.dropped += records;
  }

  /** Kafka acknowledged a send; what is left waits from now on. */
  acknowledged(sent: Progress & { readonly durationMs: number }): void {
    this.counters.published += sent.records;
    this.publishTimes.observe(sent.durationMs);
    this.lastAckMs = sent.nowMs;
    this.#progress(sent);
    this.sendError = undefined;
    this.refused = false;
    this.deadLetteredSinceAck = 0;
  }

  /** Records turned out to be in the topic already, or possibly so. */
  deduplicated(
    found: Progress & { readonly possiblyDuplicated: number },
  ): void {
    this.counters.deduplicated += found.records;
    this.counters.possiblyDuplicated += found.possiblyDuplicated;
    this.#progress(found);
  }

  /** A record became several. */
  split(): void {
    this.counters.split++;
  }

  /** Kafka rejected records permanently. */
  deadLettered(rejected: Progress & { readonly reason: string }): void {
    this.deadLetteredReason = rejected.reason;
    this.counters.deadLettered += rejected.records;
    this.deadLetteredSinceAck += rejected.records;
    this.#progress(rejected);
  }

  /**
   * A send failed; its records still wait.
   *
   * @param refused Whether Kafka refuses this client's name or rights, which
   * waiting does not fix.
   */
  sendFailed(reason: string, refused = false): void {
    this.sendError = reason;
    this.refused = refused;
  }

  /** The outbox was read, or could not be, for this reason. */
  outboxRead(error?: string): void {
    this.outboxError = error;
  }

  /** Records were neither sent nor saved at exit. */
  lost(records: number): void {
    this.counters.lost += records;
  }

  /** A log line was dropped because stdout was not read. */
  logLineDropped(): void {
    this.counters.logLinesDropped++;
  }

  #progress({ left, nowMs }: Progress): void {
    this.waitingSinceMs = left > 0 ? nowMs : undefined;
  }
}
