/**
 * Every metric that the producer exposes, with its value now: pure. Names
 * follow Prometheus: base units, `_total` for counters, and a series for each
 * value of a label from the start, so that a first failure is an increase.
 *
 * @module
 */

import { oldestAgeMs } from "./readiness.ts";
import type { HealthOptions } from "./readiness.ts";
import type { Histogram } from "./histogram.ts";
import {
  notReady,
  notReadyKinds,
  sampleAgeLimitMs,
  waitLimitMs,
} from "./readiness.ts";
import { pollFailureKinds } from "../sources/source.ts";

/** One series' value. */
export interface Value {
  /** The series' name where it is not the metric's: `_bucket`, `_sum`. */
  readonly metricName?: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its value. */
  readonly value: number;
}

/** One metric. */
export interface Metric {
  /** Its name. */
  readonly name: string;
  /** What it counts, in one sentence. */
  readonly help: string;
  /** How it may move. */
  readonly type: "counter" | "gauge" | "histogram";
  /** Its series. */
  readonly values: readonly Value[];
}

const prefix = "crypto_producer_";

function single(type: "counter" | "gauge") {
  return (name: string, help: string, value: number): Metric => ({
    name: prefix + name,
    help,
    type,
    values: [{ labels: {}, value }],
  });
}
const counter = single("counter");
const gauge = single("gauge");

function labelled(
  type: "counter" | "gauge",
  name: string,
  help: string,
  label: string,
  values: Readonly<Record<string, number>>,
): Metric {
  const series = Object.entries(values).map(([word, value]) => ({
    labels: { [label]: word },
    value,
  }));
  return { name: prefix + name, help, type, values: series };
}

function histogram(name: string, help: string, from: Histogram): Metric {
  const whole = prefix + name;
  let below = 0;
  const buckets = from.counts.map((count, index): Value => {
    below += count;
    const le = String(from.bounds[index] ?? "+Inf");
    return { metricName: `${whole}_bucket`, labels: { le }, value: below };
  });
  return {
    name: whole,
    help,
    type: "histogram",
    values: [
      ...buckets,
      { metricName: `${whole}_sum`, labels: {}, value: from.sum },
      { metricName: `${whole}_count`, labels: {}, value: from.count },
    ],
  };
}

function readyMetrics(options: HealthOptions): Metric[] {
  const judged = notReady(options, options.outbox(), options.monotonic());
  const kinds = new Set(judged.map(({ kind }) => kind));
  return [
    gauge("ready", "1 while data flows, as /ready says.", kinds.size ? 0 : 1),
    labelled(
      "gauge",
      "not_ready",
      "1 for each reason why data does not flow.",
      "reason",
      Object.fromEntries(
        notReadyKinds.map((kind) => [kind, kinds.has(kind) ? 1 : 0]),
      ),
    ),
  ];
}

function pollMetrics(options: HealthOptions): Metric[] {
  const { stats } = options;
  const { counters } = stats;
  const results: Record<string, number> = {
    sample: counters.samples,
    left_out: counters.leftOut,
  };
  for (const kind of pollFailureKinds) {
    results[kind] = counters.failures[kind] ?? 0;
  }
  return [
    labelled(
      "counter",
      "polls_total",
      "Polls by result: sample, left_out, or why there was none.",
      "result",
      results,
    ),
    histogram("poll_duration_seconds", "Time of a poll.", stats.pollTimes),
    histogram(
      "slot_deviation_seconds",
      "How late slots began.",
      stats.slotDeviations,
    ),
    counter(
      "poll_retries_total",
      "Requests sent again after a lost connection.",
      counters.retries,
    ),
    counter("slots_skipped_total", "Slots passed over.", counters.skipped),
    counter(
      "slots_rested_total",
      "Of these, slots that the API's trouble or wish for a rest cost.",
      counters.rested,
    ),
    gauge(
      "poll_every_slots",
      "Each so many-th slot is polled, 1 while all is well.",
      stats.pollEvery,
    ),
    counter(
      "polls_slowed_total",
      "How many times failures in a row slowed the polls.",
      counters.circuitOpened,
    ),
    counter("samples_total", "Samples made.", counters.samples),
    counter(
      "samples_unchanged_total",
      "Good polls in which no coin was newer than before.",
      counters.unchanged,
    ),
    counter(
      "coins_absent_total",
      "Coins asked for and not in the answer, over all samples.",
      counters.absentCoins,
    ),
    counter(
      "fields_refused_total",
      "Coins or fields that could not be used, over all samples.",
      counters.refusedFields,
    ),
  ];
}

function recordMetrics(options: HealthOptions): Metric[] {
  const { counters, publishTimes } = options.stats;
  return [
    counter(
      "records_published_total",
      "Records acknowledged by Kafka.",
      counters.published,
    ),
    counter(
      "records_deduplicated_total",
      "Records not sent again: they were in the topic already.",
      counters.deduplicated,
    ),
    counter(
      "records_dropped_total",
      "Records lost because the outbox was full, the oldest first.",
      counters.dropped,
    ),
    counter(
      "records_rejected_total",
      "Records set aside because Kafka will never take them.",
      counters.rejected,
    ),
    counter(
      "records_lost_total",
      "Records lost at the process's end, on no disk.",
      counters.lost,
    ),
    counter(
      "records_possibly_duplicated_total",
      "Records that may be in the topic twice under one ce_id.",
      counters.possiblyDuplicated,
    ),
    histogram(
      "publish_duration_seconds",
      "Time from a send to its acknowledgement.",
      publishTimes,
    ),
  ];
}

function outboxMetrics(options: HealthOptions): Metric[] {
  const outbox = options.outbox();
  const age = oldestAgeMs(outbox, options.wall()) ?? 0;
  return [
    gauge("outbox_records", "Records that wait for Kafka.", outbox.depth),
    gauge("outbox_bytes", "Size of the records that wait.", outbox.bytes),
    gauge(
      "outbox_oldest_age_seconds",
      "Age of the oldest record that waits, 0 when none does.",
      age / 1000,
    ),
    gauge(
      "outbox_memory_records",
      "Records that wait in memory only: the disk takes none.",
      outbox.inMemory,
    ),
    gauge(
      "outbox_full",
      "1 while each new record costs the oldest one.",
      outbox.full ? 1 : 0,
    ),
    gauge(
      "outbox_disk_failing",
      "1 while the disk takes no records.",
      outbox.diskError === undefined ? 0 : 1,
    ),
  ];
}

function timeMetrics(options: HealthOptions): Metric[] {
  const { stats, process } = options;
  const now = options.monotonic();
  // Made of an age, so that a stepped clock does not make the past younger.
  const stamp = (at: number | undefined) =>
    at === undefined ? 0 : Math.round(options.wall() - (now - at)) / 1000;
  return [
    gauge(
      "last_sample_timestamp_seconds",
      "When the last good poll ended, seconds since 1970; 0 if never.",
      stamp(stats.lastSampleMs),
    ),
    gauge(
      "last_ack_timestamp_seconds",
      "When Kafka last acknowledged, seconds since 1970; 0 if never.",
      stamp(stats.lastAckMs),
    ),
    gauge(
      "interval_seconds",
      "Time from poll to poll, as configured.",
      options.intervalMs / 1000,
    ),
    gauge(
      "sample_age_limit_seconds",
      "Age of the last good poll that ends readiness.",
      sampleAgeLimitMs(options) / 1000,
    ),
    gauge(
      "record_wait_limit_seconds",
      "Time that a record may wait for Kafka before readiness ends.",
      waitLimitMs(options) / 1000,
    ),
    gauge(
      "process_start_time_seconds",
      "When the process started, seconds since 1970.",
      process.startedMs / 1000,
    ),
    counter(
      "log_lines_dropped_total",
      "Log lines that nobody took in time.",
      stats.counters.logLinesDropped,
    ),
    gauge(
      "process_resident_memory_bytes",
      "Resident memory of the process.",
      process.residentBytes(),
    ),
    counter(
      "process_cpu_seconds_total",
      "Processor time of the process, user and system.",
      process.cpuSeconds(),
    ),
  ];
}

/** All metrics but the build's, in the order of the page. */
export function metricsOf(options: HealthOptions): Metric[] {
  return [
    ...readyMetrics(options),
    ...pollMetrics(options),
    ...recordMetrics(options),
    ...outboxMetrics(options),
    ...timeMetrics(options),
  ];
}

/** The metric whose labels say what runs; its value is always 1. */
export function buildInfo(labels: Readonly<Record<string, string>>): Metric {
  return {
    name: `${prefix}build_info`,
    help: "1; the labels say which versions run.",
    type: "gauge",
    values: [{ labels, value: 1 }],
  };
}
