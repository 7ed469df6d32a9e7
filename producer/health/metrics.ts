// All metrics with their values now: pure.

import { Histogram } from "./histogram.ts";
import {
  metricsTable,
  type MetricValue,
  type Snapshot,
} from "./metrics_table.ts";
import { type HealthOptions, notReady } from "./readiness.ts";

/** One metric. */
export interface Metric {
  /** Its full name. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Prometheus's type. */
  readonly type: "counter" | "gauge" | "histogram";
  /** Its value now. */
  readonly value: MetricValue;
}

function typeOf(name: string, value: MetricValue): Metric["type"] {
  if (value instanceof Histogram) return "histogram";
  return name.endsWith("_total") ? "counter" : "gauge";
}

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
    const type = typeOf(name, value);
    return { name: `crypto_producer_${name}`, help, type, value };
  });
}
