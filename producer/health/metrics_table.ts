// Every metric that the producer exposes: its name, its help, its value. Names
// follow Prometheus: base units, and `_total` for counters and nothing else. A
// label has a series for each of its values from the start, so that a first
// failure is an increase.

import project from "../../deno.json" with { type: "json" };
import type { OutboxState } from "../outbox/outbox.ts";
import { pollFailureKinds } from "../sources/source.ts";
import {
  type HealthOptions,
  notReadyKinds,
  oldestAgeMs,
  sampleAgeLimitMs,
  waitLimitMs,
} from "./readiness.ts";
import type { LabelledValues, MetricValue } from "../../lib/metrics_page.ts";
import type { Counters, Stats } from "./stats.ts";

/** What all values are read from, so that they belong to one moment. */
export interface Snapshot {
  /** Limits, clocks and the process. */
  readonly options: HealthOptions;
  /** Counters, histograms, last events and the backoff. */
  readonly stats: Stats;
  /** The state of the outbox. */
  readonly outbox: OutboxState;
  /** Why data does not flow. */
  readonly reasons: ReadonlySet<string>;
  /** A time of the monotonic clock as seconds since 1970; 0 for none. */
  readonly timestamp: (atMs: number | undefined) => number;
}

function versions(): LabelledValues {
  const kafkajs = project.imports.kafkajs.split("@").at(-1) ?? "";
  return [{ labels: { deno: Deno.version.deno, kafkajs }, value: 1 }];
}

function pollResults({ stats: { counters } }: Snapshot): LabelledValues {
  const results: [string, number][] = [
    ["sample", counters.samples],
    ["unchanged_skipped", counters.unchangedSkipped],
    ...pollFailureKinds.map((kind): [string, number] => [
      kind,
      counters.failures[kind] ?? 0,
    ]),
  ];
  return results.map(([result, value]) => ({ labels: { result }, value }));
}

function reasonFlags({ reasons }: Snapshot): LabelledValues {
  return notReadyKinds.map((reason) => ({
    labels: { reason },
    value: reasons.has(reason) ? 1 : 0,
  }));
}

/** The help, and the counter or how the value is read. */
export type Row = readonly [
  help: string,
  value: Exclude<keyof Counters, "failures"> | ((now: Snapshot) => MetricValue),
];

/** Every metric by its name without the prefix, in the order of the page. */
export const metricsTable: Readonly<Record<string, Row>> = {
  build_info: ["1; the labels are the running versions.", versions],
  ready: [
    "1 while data flows, as /ready reports.",
    ({ reasons }) => reasons.size > 0 ? 0 : 1,
  ],
  not_ready: ["1 for each reason why data does not flow.", reasonFlags],
  polls_total: [
    "Polls by result: sample, unchanged_skipped, or the kind of failure.",
    pollResults,
  ],
  poll_duration_seconds: [
    "Duration of a poll.",
    ({ stats }) => stats.pollTimes,
  ],
  slot_deviation_seconds: [
    "Delay between a slot's due time and its start.",
    ({ stats }) => stats.slotDeviations,
  ],
  poll_retries_total: ["Requests repeated after a lost connection.", "retries"],
  slots_skipped_total: ["Slots not polled.", "skipped"],
  slots_backed_off_total: [
    "Skipped slots that were due during a cooldown or backoff.",
    "backedOff",
  ],
  poll_backoff_stride: [
    "Current poll stride in slots; 1 when healthy.",
    ({ stats }) => stats.backoffStride,
  ],
  poll_backoffs_total: ["Backoffs begun after failures in a row.", "backoffs"],
  samples_total: ["Samples queued for Kafka.", "samples"],
  samples_unchanged_total: [
    "Successful polls in which no coin was newer than before.",
    "unchanged",
  ],
  coins_missing_total: [
    "Requested coins missing from responses.",
    "missingCoins",
  ],
  fields_invalid_total: [
    "Invalid coins or fields in responses.",
    "invalidFields",
  ],
  records_published_total: ["Records acknowledged by Kafka.", "published"],
  records_deduplicated_total: [
    "Records not sent again because the topic already had them.",
    "deduplicated",
  ],
  records_dropped_total: [
    "Oldest records dropped because the outbox was full.",
    "dropped",
  ],
  records_dead_lettered_total: [
    "Records that Kafka rejected permanently.",
    "deadLettered",
  ],
  records_dead_lettered_dropped_total: [
    "Oldest dead-lettered records deleted to keep newer ones.",
    ({ outbox }) => outbox.rejectedDropped,
  ],
  records_split_total: [
    "Records split into several because their topic takes no larger ones.",
    "split",
  ],
  records_lost_total: ["Records neither sent nor saved at exit.", "lost"],
  records_possibly_duplicated_total: [
    "Records that may be in the topic twice with the same ce_id.",
    "possiblyDuplicated",
  ],
  publish_duration_seconds: [
    "Time from a send to its acknowledgement.",
    ({ stats }) => stats.publishTimes,
  ],
  outbox_records: ["Records waiting for Kafka.", ({ outbox }) => outbox.depth],
  outbox_bytes: ["Size of the waiting records.", ({ outbox }) => outbox.bytes],
  outbox_oldest_age_seconds: [
    "Age of the oldest waiting record; 0 if none waits.",
    ({ outbox, options }) => (oldestAgeMs(outbox, options.wall()) ?? 0) / 1000,
  ],
  outbox_memory_records: [
    "Waiting records that are not on disk.",
    ({ outbox }) => outbox.inMemory,
  ],
  outbox_full: [
    "1 while each new record drops the oldest one.",
    ({ outbox }) => outbox.full ? 1 : 0,
  ],
  outbox_disk_failing: [
    "1 while the outbox cannot be written or read.",
    ({ outbox, stats }) => outbox.diskError ?? stats.outboxError ? 1 : 0,
  ],
  last_sample_timestamp_seconds: [
    "Unix time of the last successful poll; 0 if none yet.",
    ({ timestamp, stats }) => timestamp(stats.lastSampleMs),
  ],
  last_ack_timestamp_seconds: [
    "Unix time of Kafka's last acknowledgement; 0 if none yet.",
    ({ timestamp, stats }) => timestamp(stats.lastAckMs),
  ],
  interval_seconds: [
    "Configured poll interval.",
    ({ options }) => options.intervalMs / 1000,
  ],
  sample_age_limit_seconds: [
    "Age of the last successful poll above which readiness fails.",
    ({ options }) => sampleAgeLimitMs(options) / 1000,
  ],
  record_wait_limit_seconds: [
    "Wait of a record for Kafka above which readiness fails.",
    ({ options }) => waitLimitMs(options) / 1000,
  ],
  process_start_time_seconds: [
    "Unix time of the process start.",
    ({ options }) => options.process.startedMs / 1000,
  ],
  log_lines_dropped_total: [
    "Log lines dropped because stdout was not read.",
    "logLinesDropped",
  ],
  process_resident_memory_bytes: [
    "Resident memory of the process.",
    ({ options }) => options.process.residentBytes(),
  ],
  process_cpu_seconds_total: [
    "User and system CPU time of the process.",
    ({ options }) => options.process.cpuSeconds(),
  ],
};
