// The health endpoints of `lake run`.

import {
  healthEndpoints,
  type HealthPort,
} from "../../lib/health_endpoints.ts";
import { formatMetrics } from "../../lib/metrics_page.ts";
import {
  freshnessSeconds,
  type LakeHealth,
  lakeMetrics,
} from "./lake_metrics.ts";
import { lakeNotLive, lakeNotReady } from "./lake_readiness.ts";

function ageSeconds(sinceMs: number | undefined, nowMs: number): number | null {
  return sinceMs === undefined ? null : Math.round(nowMs - sinceMs) / 1000;
}

/** The body of `/status`. Ages are in seconds. */
export function lakeStatus(health: LakeHealth): Record<string, unknown> {
  const { stats, monotonic, size } = health;
  const now = monotonic();
  const reasons = lakeNotReady(stats, now).map(({ text }) => text);
  const sized = size();
  return {
    lake: true,
    ready: reasons.length === 0,
    reasons,
    lag: Object.fromEntries(stats.lag),
    freshness_seconds: freshnessSeconds(health) ?? null,
    commit_freshness_ms: stats.medianAgeMs() ?? null,
    last_read_age_seconds: ageSeconds(stats.lastReadMs, now),
    last_commit_age_seconds: ageSeconds(stats.lastCommitMs, now),
    last_read_error: stats.readError ?? null,
    last_commit_error: stats.commitError ?? null,
    snapshot: stats.snapshot ?? null,
    topic_epoch: stats.epoch,
    counters: stats.counters,
    rejects: Object.fromEntries(stats.rejects),
    gap_offsets: Object.fromEntries(stats.gapOffsets),
    size: sized === undefined
      ? null
      : { ...sized, rows: Object.fromEntries(sized.rows) },
    ...health.about,
  };
}

/** Makes the handler of `/live`, `/ready`, `/status` and `/metrics`. */
export function lakeEndpoints(
  health: LakeHealth,
): ReturnType<typeof healthEndpoints> {
  const { stats, monotonic } = health;
  const port: HealthPort = {
    notLive: () => lakeNotLive(stats, monotonic()),
    notReady: () => lakeNotReady(stats, monotonic()).map(({ text }) => text),
    status: () => lakeStatus(health),
    metrics: () => Promise.resolve(formatMetrics(lakeMetrics(health))),
  };
  return healthEndpoints(port);
}
