// Whether records reach gold, judged from what the ingestion reported: pure.

import { plural } from "../../lib/plural.ts";
import type { LakeStats } from "./lake_stats.ts";

/** Reasons why records do not reach gold, as the metrics name them. */
export const lakeNotReadyKinds = ["read", "commit", "behind"] as const;

/** One reason. */
export interface LakeNotReady {
  /** Its name in metrics. */
  readonly kind: typeof lakeNotReadyKinds[number];
  /** The reason for people, on one line. */
  readonly text: string;
}

const readLimitMs = 10_000;
/** How long records may wait for the lake, in ms. */
export const behindLimitMs = 60_000;
const stuckLimitMs = 600_000;

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function cause(error: string | undefined): string {
  return error === undefined ? "" : ` (${error})`;
}

function total(lag: ReadonlyMap<number, number>): number {
  return [...lag.values()].reduce((sum, it) => sum + it, 0);
}

/**
 * Why records do not reach gold; empty when they do. A topic without new
 * records is no reason: the producer's own readiness judges that.
 *
 * @param nowMs The monotonic clock.
 */
export function lakeNotReady(stats: LakeStats, nowMs: number): LakeNotReady[] {
  const { lastReadMs, readError, commitError, behindSinceMs } = stats;
  const reasons: LakeNotReady[] = [];
  if (lastReadMs === undefined) {
    const text = `the topic has not been read yet${cause(readError)}`;
    reasons.push({ kind: "read", text });
  } else if (nowMs - lastReadMs > readLimitMs) {
    const age = seconds(nowMs - lastReadMs);
    const text = `the topic was last read ${age} ago${cause(readError)}`;
    reasons.push({ kind: "read", text });
  }
  if (commitError !== undefined) {
    const text = `the lake cannot be written (${commitError})`;
    reasons.push({ kind: "commit", text });
  }
  if (behindSinceMs !== undefined && nowMs - behindSinceMs > behindLimitMs) {
    const records = plural(total(stats.lag), "record is", "records are");
    const text = `${records} not in the lake, some for ` +
      seconds(nowMs - behindSinceMs);
    reasons.push({ kind: "behind", text });
  }
  return reasons;
}

/**
 * Why the process makes no progress although it responds.
 *
 * @param nowMs The monotonic clock.
 * @returns `undefined` while it lives.
 */
export function lakeNotLive(
  stats: LakeStats,
  nowMs: number,
): string | undefined {
  const { lastReadMs, lastCommitMs, readError, commitError } = stats;
  // With an error named, the loop lives: it tries again.
  if (readError !== undefined || commitError !== undefined) return undefined;
  const last = Math.max(lastReadMs ?? 0, lastCommitMs ?? 0);
  if (last === 0 || nowMs - last <= stuckLimitMs) return undefined;
  return `nothing was read or committed for ${seconds(nowMs - last)}`;
}
