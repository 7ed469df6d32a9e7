/**
 * What waits for Kafka, as `status` shows it: pure.
 *
 * @module
 */

import type { OutboxState } from "../../producer/outbox/outbox.ts";

/** What waits, from a running producer or from its file. */
export interface Backlog {
  /** Records that wait. */
  readonly depth: number;
  /** Their size. */
  readonly bytes: number;
  /** Age of the oldest; `undefined` when none waits. */
  readonly oldestAgeSeconds: number | undefined;
}

/** The backlog in the answer of `/status`; nothing if it tells none. */
export function backlogOf(status: unknown): Backlog | undefined {
  const { outbox } = (status ?? {}) as { outbox?: unknown };
  const { depth, bytes, oldest_age_seconds: age } = (outbox ?? {}) as Partial<
    Record<string, unknown>
  >;
  if (typeof depth !== "number" || typeof bytes !== "number") return undefined;
  const oldestAgeSeconds = typeof age === "number" ? age : undefined;
  return { depth, bytes, oldestAgeSeconds };
}

/** The backlog that a producer left behind. */
export function leftBacklog(
  outbox: Pick<OutboxState, "depth" | "bytes" | "oldestMs">,
  nowMs: number,
): Backlog {
  const { depth, bytes, oldestMs } = outbox;
  const oldestAgeSeconds = oldestMs === undefined
    ? undefined
    : Math.max(0, nowMs - oldestMs) / 1000;
  return { depth, bytes, oldestAgeSeconds };
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Seconds as a person says them: `4.2 s`, `12 min`, `3.5 h`, `2.1 days`. */
export function ageText(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}

/** One line of text. */
export function backlogText(backlog: Backlog): string {
  const { depth, bytes, oldestAgeSeconds } = backlog;
  if (depth === 0) return "empty: nothing waits for Kafka";
  const records = depth === 1 ? "1 record waits" : `${depth} records wait`;
  const age = oldestAgeSeconds === undefined
    ? ""
    : `, the oldest for ${ageText(oldestAgeSeconds)}`;
  return `${records} for Kafka (${size(bytes)})${age}`;
}
