// Whether data flows, judged from what poll and publisher reported: pure.

import { plural } from "../../lib/plural.ts";
import type { Stats } from "./stats.ts";
import type { ProcessFacts } from "../../lib/process_info.ts";
import type { OutboxState } from "../outbox/outbox.ts";

/** Reasons why data does not flow, as the metrics and alerts name them. */
export const notReadyKinds = [
  "poll",
  "cooldown",
  "backoff",
  "unacknowledged",
  "waiting",
  "refused",
  "dead_lettered",
  "outbox_full",
  "disk",
] as const;

/** One reason why data does not flow. */
export interface NotReady {
  /** Its name in metrics. */
  readonly kind: typeof notReadyKinds[number];
  /** The reason for people, on one line. */
  readonly text: string;
}

/** What readiness is judged by. Durations are milliseconds. */
export interface Judged {
  /** What poll and publisher reported. */
  readonly stats: Stats;
  /** The time between slots. */
  readonly intervalMs: number;
  /** The longest that a poll may take. */
  readonly timeoutMs: number;
}

/** What the health endpoints are made of. */
export interface HealthOptions extends Judged {
  /** The monotonic clock. */
  readonly monotonic: () => number;
  /** The wall clock, ms since 1970. */
  readonly wall: () => number;
  /** The outbox as it is now. */
  readonly outbox: () => OutboxState;
  /** The system's figures of this process. */
  readonly process: ProcessFacts;
  /** More for `/status`: the effective configuration, without secrets. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** Age of the oldest record in ms; not negative when the clock was set back. */
export function oldestAgeMs(
  outbox: OutboxState,
  wallMs: number,
): number | undefined {
  const { oldestMs } = outbox;
  return oldestMs === undefined ? undefined : Math.max(0, wallMs - oldestMs);
}

const ackGraceMs = 5_000;
const stuckGraceMs = 60_000;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function cause(error: string | undefined): string {
  return error ? ` (${error})` : "";
}

/** Age of the last successful poll, in ms, above which readiness fails. */
export function sampleAgeLimitMs({ intervalMs, timeoutMs }: Judged): number {
  return 3 * intervalMs + timeoutMs;
}

/** Wait of a record for Kafka, in ms, above which readiness fails. */
export function waitLimitMs({ intervalMs }: Judged): number {
  return ackGraceMs + intervalMs;
}

function* pollReasons(judged: Judged, nowMs: number): Iterable<NotReady> {
  const { stats } = judged;
  const { lastSampleMs, pollError, cooldownUntilMs, backoffStride } = stats;
  if (lastSampleMs === undefined) {
    const text = `no successful poll yet${cause(pollError)}`;
    yield { kind: "poll", text };
  } else if (nowMs - lastSampleMs > sampleAgeLimitMs(judged)) {
    const age = seconds(nowMs - lastSampleMs);
    const text = `the last successful poll was ${age} ago${cause(pollError)}`;
    yield { kind: "poll", text };
  }
  if (cooldownUntilMs !== undefined && nowMs < cooldownUntilMs) {
    const left = seconds(cooldownUntilMs - nowMs);
    const text = `the API demanded a cooldown: the next poll is in ${left}`;
    yield { kind: "cooldown", text };
  }
  if (backoffStride > 1) {
    const text = `polling one slot in ${backoffStride} after ` +
      `${stats.failuresInARow} failures in a row${cause(pollError)}`;
    yield { kind: "backoff", text };
  }
}

function* kafkaReasons(
  judged: Judged,
  nowMs: number,
  depth: number,
): Iterable<NotReady> {
  const { stats } = judged;
  const { lastAckMs, waitingSinceMs, sendError, deadLetteredSinceAck } = stats;
  // A dead-lettered record leaves nothing to wait for.
  const waitedMs = depth > 0 && waitingSinceMs !== undefined
    ? nowMs - waitingSinceMs
    : 0;
  if (lastAckMs === undefined) {
    const text = `Kafka has acknowledged no record yet${cause(sendError)}`;
    yield { kind: "unacknowledged", text };
  } else if (waitedMs > waitLimitMs(judged)) {
    const wait = seconds(waitedMs);
    const text = `records have waited ${wait} for Kafka${cause(sendError)}`;
    yield { kind: "waiting", text };
  }
  if (deadLetteredSinceAck > 0) {
    const text = `${plural(deadLetteredSinceAck, "record")} dead-lettered ` +
      "since Kafka " +
      `last accepted one${cause(stats.deadLetteredReason)}`;
    yield { kind: "dead_lettered", text };
  }
  if (stats.refused) {
    const text = `Kafka refuses this client${cause(sendError)}`;
    yield { kind: "refused", text };
  }
}

function* outboxReasons(
  { outboxError }: Stats,
  outbox: OutboxState,
): Iterable<NotReady> {
  if (outbox.full) {
    const text = `the outbox is full with ${outbox.depth} records: ` +
      "each new one drops the oldest";
    yield { kind: "outbox_full", text };
  }
  if (outboxError !== undefined) {
    const text = `the outbox cannot be read (${outboxError})`;
    yield { kind: "disk", text };
  }
  if (outbox.diskError !== undefined) {
    const text = `the disk accepts no records, ${outbox.inMemory} are in ` +
      `memory only (${outbox.diskError})`;
    yield { kind: "disk", text };
  }
}

/**
 * Why data does not flow; empty when it does. Polls AND acknowledgements have
 * to be recent: one of them alone would call a broken chain ready.
 *
 * @param nowMs The monotonic clock.
 */
export function notReady(
  judged: Judged,
  outbox: OutboxState,
  nowMs: number,
): NotReady[] {
  return [
    ...pollReasons(judged, nowMs),
    ...kafkaReasons(judged, nowMs, outbox.depth),
    ...outboxReasons(judged.stats, outbox),
  ];
}

/**
 * Why the process makes no progress although it responds. Only the schedule
 * can fail like that: a slot is due and its poll does not end, long after the
 * slowest response. A loop that fails ends the process, and a thread that
 * hangs does not respond. A publisher that hangs is a matter of `notReady()`:
 * sends have deadlines of their own.
 *
 * @param nowMs The monotonic clock.
 * @returns `undefined` while it lives.
 */
export function notLive(judged: Judged, nowMs: number): string | undefined {
  const { nextSlotMs } = judged.stats;
  if (nextSlotMs === undefined) return undefined;
  const lateMs = nowMs - nextSlotMs;
  // Generous: after a pause of the process the event loop needs one turn.
  const limitMs = stuckGraceMs + 10 * judged.timeoutMs;
  if (lateMs <= limitMs) return undefined;
  return `the slot that was due ${seconds(lateMs)} ago has not finished`;
}
