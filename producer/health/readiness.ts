/**
 * Whether data flows, judged from what polls and publisher told: pure.
 *
 * @module
 */

import type { Stats } from "./stats.ts";
import type { ProcessFacts } from "../../lib/process_info.ts";
import type { OutboxState } from "../outbox/outbox.ts";

/** Why data does not flow, in one word each, for metrics and alerts. */
export const notReadyKinds = [
  "poll",
  "rest",
  "slowed",
  "unacknowledged",
  "waiting",
  "refused",
  "rejected",
  "outbox_full",
  "disk",
] as const;

/** One of {@linkcode notReadyKinds}. */
export type NotReadyKind = typeof notReadyKinds[number];

/** One reason why data does not flow. */
export interface NotReady {
  /** In one word. */
  readonly kind: NotReadyKind;
  /** For a person, on one line. */
  readonly text: string;
}

/** What is judged. Durations are milliseconds. */
export interface Judged {
  /** What is known of polls and acknowledgements. */
  readonly stats: Stats;
  /** From slot to slot. */
  readonly intervalMs: number;
  /** For one answer of the source. */
  readonly timeoutMs: number;
}

/** What health is judged by. Durations are milliseconds. */
export interface HealthOptions {
  /** What is known of polls and acknowledgements. */
  readonly stats: Stats;
  /** From slot to slot. */
  readonly intervalMs: number;
  /** For one answer of the source. */
  readonly timeoutMs: number;
  /** The monotonic clock. */
  readonly monotonic: () => number;
  /** The wall clock, ms since 1970. */
  readonly wall: () => number;
  /** What waits. */
  readonly outbox: () => OutboxState;
  /** What the system says of this process. */
  readonly process: ProcessFacts;
  /** More to show under `/status`: the effective configuration, no secrets. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** How old the oldest record is, in ms; a clock set back makes none younger. */
export function oldestAgeMs(
  outbox: OutboxState,
  wallMs: number,
): number | undefined {
  const { oldestMs } = outbox;
  return oldestMs === undefined ? undefined : Math.max(0, wallMs - oldestMs);
}

const ackGraceMs = 5_000;
const stuckGraceMs = 60_000;
function seconds(ms: number) {
  return `${(ms / 1000).toFixed(1)} s`;
}
function why(error: string | undefined) {
  return error ? ` (${error})` : "";
}

/** How old the last good sample may be before readiness ends. */
export function sampleAgeLimitMs({ intervalMs, timeoutMs }: Judged): number {
  return 3 * intervalMs + timeoutMs;
}

/** How long a record may wait for Kafka before readiness ends. */
export function waitLimitMs({ intervalMs }: Judged): number {
  return ackGraceMs + intervalMs;
}

function* pollReasons(judged: Judged, now: number): Iterable<NotReady> {
  const { lastSampleMs, pollError, restUntilMs } = judged.stats;
  if (lastSampleMs === undefined) {
    yield { kind: "poll", text: `no good poll yet${why(pollError)}` };
  } else if (now - lastSampleMs > sampleAgeLimitMs(judged)) {
    const age = seconds(now - lastSampleMs);
    const text = `the last good poll is ${age} old${why(pollError)}`;
    yield { kind: "poll", text };
  }
  if (restUntilMs !== undefined && now < restUntilMs) {
    const rest = seconds(restUntilMs - now);
    const text = `the API asked to be left alone for another ${rest}`;
    yield { kind: "rest", text };
  }
  const { pollEvery, failuresInARow } = judged.stats;
  if (pollEvery > 1) {
    const text = `polls are slowed to one slot in ${pollEvery} after ` +
      `${failuresInARow} failures in a row${why(pollError)}`;
    yield { kind: "slowed", text };
  }
}

function* kafkaReasons(
  judged: Judged,
  now: number,
  depth: number,
): Iterable<NotReady> {
  const { stats } = judged;
  const { lastAckMs, waitingSinceMs, sendError, refused } = stats;
  // Asked first: a record set aside for good leaves nothing to wait for.
  const waited = depth > 0 && waitingSinceMs !== undefined
    ? now - waitingSinceMs
    : 0;
  if (lastAckMs === undefined) {
    const text = `Kafka has acknowledged nothing yet${why(sendError)}`;
    yield { kind: "unacknowledged", text };
  } else if (waited > waitLimitMs(judged)) {
    const age = seconds(waited);
    const text = `records have waited ${age} for Kafka${why(sendError)}`;
    yield { kind: "waiting", text };
  }
  const { rejectedSinceAck } = stats;
  if (rejectedSinceAck > 0) {
    const text = `Kafka has refused ${rejectedSinceAck} records for good ` +
      "since it took one; they are set aside";
    yield { kind: "rejected", text };
  }
  if (refused) {
    yield {
      kind: "refused",
      text: `Kafka refuses this client${why(sendError)}`,
    };
  }
}

function* outboxReasons(outbox: OutboxState): Iterable<NotReady> {
  if (outbox.full) {
    const text = `the outbox is full with ${outbox.depth} records: ` +
      "each new one costs the oldest";
    yield { kind: "outbox_full", text };
  }
  if (outbox.diskError !== undefined) {
    const text = `the disk takes no records, ${outbox.inMemory} are in ` +
      `memory only (${outbox.diskError})`;
    yield { kind: "disk", text };
  }
}

/**
 * Why data does not flow; empty when it does. Polls AND acknowledgements have
 * to be recent: one alone would call a broken chain ready.
 *
 * @param now The monotonic clock, in milliseconds.
 */
export function notReady(
  judged: Judged,
  outbox: OutboxState,
  now: number,
): NotReady[] {
  return [
    ...pollReasons(judged, now),
    ...kafkaReasons(judged, now, outbox.depth),
    ...outboxReasons(outbox),
  ];
}

/**
 * Why the process does nothing any more, though it answers. Only the schedule
 * can come to that unseen: a slot is due and its poll does not end, long after
 * the slowest answer. A loop that fails ends the process, and a thread that
 * hangs answers nobody, so neither can be told from here. A publisher that
 * hangs is `notReady()`'s: sends have deadlines of their own.
 *
 * @param now The monotonic clock, in milliseconds.
 * @returns Nothing while it lives.
 */
export function notLive(judged: Judged, now: number): string | undefined {
  const { nextSlotMs } = judged.stats;
  if (nextSlotMs === undefined) return undefined;
  const late = now - nextSlotMs;
  // Generous: after a pause of the process the next turn of its loop mends it.
  const limit = stuckGraceMs + 10 * judged.timeoutMs;
  if (late <= limit) return undefined;
  return `the slot that was due ${seconds(late)} ago has not ended`;
}
