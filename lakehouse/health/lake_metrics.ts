// Every metric of `lake run`: its name, its help, its value. The rules are
// those of the producer's metrics.

import {
  type LabelledValues,
  type Metric,
  metricOf,
  type MetricValue,
} from "../../lib/metrics_page.ts";
import type { ProcessFacts } from "../../lib/process_info.ts";
import { gapReasons } from "../lake/bronze_row.ts";
import type { LakeSize } from "../lake/lake_types.ts";
import { rejectReasons } from "../lake/reject_reasons.ts";
import { lakeNotReady, lakeNotReadyKinds } from "./lake_readiness.ts";
import type { LakeStats } from "./lake_stats.ts";

/** What the metrics are read from. */
export interface LakeHealth {
  /** What the ingestion counted. */
  readonly stats: LakeStats;
  /** Looked up at the start and every hour; `undefined` until then. */
  readonly size: () => LakeSize | undefined;
  /** The monotonic clock. */
  readonly monotonic: () => number;
  /** The wall clock, ms since 1970. */
  readonly wall: () => number;
  /** The system's figures of this process. */
  readonly process: ProcessFacts;
  /** More for `/status`: the configuration, without secrets. */
  readonly about: Readonly<Record<string, unknown>>;
}

/**
 * Now minus the newest Kafka timestamp in gold, in seconds; gold is views, so
 * that the newest transaction is in it.
 */
export function freshnessSeconds(health: LakeHealth): number | undefined {
  const { newestTimestampMs } = health.stats;
  return newestTimestampMs === undefined
    ? undefined
    : Math.max(0, health.wall() - newestTimestampMs) / 1000;
}

function labelled(
  label: string,
  values: Iterable<readonly [string, number]>,
): LabelledValues {
  return Array.from(values, ([text, value]) => ({
    labels: { [label]: text },
    value,
  }));
}

type Row = readonly [help: string, read: (health: LakeHealth) => MetricValue];

const rows: Readonly<Record<string, Row>> = {
  ready: [
    "1 while records reach gold, as /ready reports.",
    ({ stats, monotonic }) =>
      lakeNotReady(stats, monotonic()).length > 0 ? 0 : 1,
  ],
  not_ready: [
    "1 for each reason why records do not reach gold.",
    ({ stats, monotonic }) => {
      const kinds = lakeNotReady(stats, monotonic()).map(({ kind }) => kind);
      return labelled(
        "reason",
        lakeNotReadyKinds.map((kind) => [kind, kinds.includes(kind) ? 1 : 0]),
      );
    },
  ],
  lag_records: [
    "Records of the topic that are not in the lake yet.",
    ({ stats }) =>
      labelled(
        "partition",
        Array.from(stats.lag, ([partition, lag]) => [String(partition), lag]),
      ),
  ],
  freshness_seconds: [
    "Now minus the newest Kafka timestamp in gold; -1 for an empty lake, and " +
    "until Kafka is first reached.",
    (health) => freshnessSeconds(health) ?? -1,
  ],
  commits_total: ["Transactions.", ({ stats }) => stats.counters.commits],
  commit_failures_total: [
    "Transactions that failed and were tried again.",
    ({ stats }) => stats.counters.failures,
  ],
  commit_duration_seconds: [
    "Duration of a transaction over bronze, silver and rejects.",
    ({ stats }) => stats.commitTimes,
  ],
  rows_written_total: [
    "Rows written, by layer.",
    ({ stats: { counters, rejects } }) =>
      labelled("layer", [
        ["bronze", counters.records],
        ["silver", counters.ticks],
        ["rejects", [...rejects.values()].reduce((sum, it) => sum + it, 0)],
      ]),
  ],
  rejects_total: [
    "Rows of silver.crypto_rejects, by reason.",
    ({ stats }) =>
      labelled(
        "reason",
        rejectReasons.map((reason) => [reason, stats.rejects.get(reason) ?? 0]),
      ),
  ],
  repeats_total: [
    "Observations that silver had already.",
    ({ stats }) => stats.counters.repeats,
  ],
  revisions_total: [
    "Observations that silver had already, with another price.",
    ({ stats }) => stats.counters.revisions,
  ],
  gap_offsets_total: [
    "Offsets without a record, by reason.",
    ({ stats }) =>
      labelled(
        "reason",
        gapReasons.map((reason) => [reason, stats.gapOffsets.get(reason) ?? 0]),
      ),
  ],
  topic_epoch: [
    "Times that the topic was created again.",
    ({ stats }) => stats.epoch,
  ],
  table_rows: [
    "Rows of the lake's tables, looked up every hour.",
    ({ size }) => labelled("table", size()?.rows ?? []),
  ],
  snapshots: [
    "Snapshots that can be read, looked up every hour.",
    ({ size }) => size()?.snapshots ?? 0,
  ],
  files: [
    "Parquet files, looked up every hour.",
    ({ size }) => size()?.files ?? 0,
  ],
  bytes: [
    "Size of the Parquet files, looked up every hour.",
    ({ size }) => size()?.bytes ?? 0,
  ],
  last_maintenance_timestamp_seconds: [
    "Unix time of the last maintenance that was completed, looked up every " +
    "hour; 0 if none yet.",
    ({ size }) => (size()?.maintainedMs ?? 0) / 1000,
  ],
  maintenances_total: [
    "Maintenances by this process.",
    ({ stats }) => stats.counters.maintenances,
  ],
  maintenance_failures_total: [
    "Maintenances by this process that failed.",
    ({ stats }) => stats.counters.maintenanceFailures,
  ],
  maintenance_step_seconds: [
    "Longest time that a commit waited for the last maintenance; 0 if none yet.",
    ({ stats }) => (stats.maintenanceStepMs ?? 0) / 1000,
  ],
  process_start_time_seconds: [
    "Unix time of the process start.",
    ({ process }) => process.startedMs / 1000,
  ],
  process_resident_memory_bytes: [
    "Resident memory of the process.",
    ({ process }) => process.residentBytes(),
  ],
  process_cpu_seconds_total: [
    "User and system CPU time of the process.",
    ({ process }) => process.cpuSeconds(),
  ],
};

/** All metrics, in the order of the page. */
export function lakeMetrics(health: LakeHealth): Metric[] {
  return Object.entries(rows).map(([name, [help, read]]) =>
    metricOf(`crypto_lake_${name}`, help, read(health))
  );
}
