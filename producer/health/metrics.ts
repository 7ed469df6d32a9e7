// All metrics with their values now: pure.

import {
  formatMetrics,
  type Metric,
  metricOf,
} from "../../lib/metrics_page.ts";
import { metricsTable, type Snapshot } from "./metrics_table.ts";
import { type HealthOptions, notReady } from "./readiness.ts";

/** All metrics, in the order of the page. */
export function metricsOf(options: HealthOptions): Metric[] {
  const { stats } = options;
  const nowMs = options.monotonic();
  const outbox = options.outbox();
  const reasons = notReady(options, outbox, nowMs).map(({ kind }) => kind);
  const now: Snapshot = {
    options,
    stats,
    outbox,
    reasons: new Set(reasons),
    // Made of an age, so that a stepped clock does not make the past younger.
    timestamp: (atMs) =>
      atMs === undefined
        ? 0
        : Math.round(options.wall() - (nowMs - atMs)) / 1000,
  };
  return Object.entries(metricsTable).map(([name, [help, read]]) => {
    const value = typeof read === "string" ? stats.counters[read] : read(now);
    return metricOf(`crypto_producer_${name}`, help, value);
  });
}

/** Prints all metrics as they are now. */
export function metricsText(options: HealthOptions): string {
  return formatMetrics(metricsOf(options));
}
