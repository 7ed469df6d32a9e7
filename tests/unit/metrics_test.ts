import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { metricsType } from "../../lib/health_endpoints.ts";
import { Histogram } from "../../lib/histogram.ts";
import { formatMetrics } from "../../lib/metrics_page.ts";
import { metricsText } from "../../producer/health/metrics.ts";
import { pollFailureKinds } from "../../producer/sources/source.ts";
import { fakeHealth } from "../fakes/health.ts";
import { sample, startMs } from "../fakes/samples.ts";
import { parsePrometheus, seriesValues } from "../harness/prometheus_text.ts";

Deno.test("`Histogram` counts each value in the first bucket that holds it", () => {
  const histogram = new Histogram([0.1, 1]);
  for (const ms of [0, 100, 100.1, 1000, 1001]) histogram.observe(ms);
  assertEquals(histogram.counts, [2, 2, 1]);
  assertEquals(histogram.count, 5);
  assertEquals(Math.round(histogram.sum * 1e4), 22_011);
});

Deno.test("`formatMetrics()` escapes HELP and label values, and prints a histogram", () => {
  const seconds = new Histogram([0.5, 2]);
  for (const ms of [100, 1_000, 1_000, 9_000]) seconds.observe(ms);
  const page = formatMetrics([
    {
      name: "a_total",
      help: 'back\\slash\nand "quotes"',
      type: "counter",
      value: 3,
    },
    {
      name: "b",
      help: "Labels.",
      type: "gauge",
      value: [{ labels: { x: 'say "a\\b"\n', y: "" }, value: -0.5 }],
    },
    {
      name: "c_seconds",
      help: "Durations.",
      type: "histogram",
      value: seconds,
    },
    { name: "d", help: "No number.", type: "gauge", value: NaN },
    { name: "e", help: "Large.", type: "gauge", value: -Infinity },
  ]);
  assertEquals(page.split("\n"), [
    '# HELP a_total back\\\\slash\\nand "quotes"',
    "# TYPE a_total counter",
    "a_total 3",
    "# HELP b Labels.",
    "# TYPE b gauge",
    'b{x="say \\"a\\\\b\\"\\n",y=""} -0.5',
    "# HELP c_seconds Durations.",
    "# TYPE c_seconds histogram",
    'c_seconds_bucket{le="0.5"} 1',
    'c_seconds_bucket{le="2"} 3',
    'c_seconds_bucket{le="+Inf"} 4',
    "c_seconds_sum 11.1",
    "c_seconds_count 4",
    "# HELP d No number.",
    "# TYPE d gauge",
    "d NaN",
    "# HELP e Large.",
    "# TYPE e gauge",
    "e -Inf",
    "",
  ]);
  const [a, b] = parsePrometheus(page);
  assertEquals(a?.help, 'back\\slash\nand "quotes"');
  assertEquals(b?.series[0]?.labels, { x: 'say "a\\b"\n', y: "" });
});

Deno.test("`parsePrometheus()` refuses what the format does not allow", () => {
  const head = "# HELP a A.\n# TYPE a gauge\n";
  const wrong = [
    "a 1\n",
    `${head}a 1`,
    `${head}a 1\na 2\n`,
    `${head}b 1\n`,
    `${head}a{x="\\d"} 1\n`,
    `${head}a{x=1} 1\n`,
    `${head}a one\n`,
    `${head}${head}`,
    "# TYPE a gauge\na 1\n",
    "# HELP a \\x\n# TYPE a gauge\n",
  ];
  for (const page of wrong) {
    assertThrows(() => parsePrometheus(page), Error, undefined, page);
  }
});

Deno.test("`metricsText()` shows every series from the start, by Prometheus's rules", () => {
  assertEquals(metricsType, "text/plain; version=0.0.4; charset=utf-8");
  const page = metricsText(fakeHealth().options);
  for (const { name, help, type, series } of parsePrometheus(page)) {
    assertMatch(name, /^crypto_producer_[a-z_]+$/);
    assertEquals(name.endsWith("_total"), type === "counter", name);
    // Base units only.
    assert(!/_(ms|milliseconds|minutes|kb|mb|percent)(_|$)/.test(name), name);
    assertMatch(help, /^[A-Z1].*\.$/);
    assert(series.length > 0, name);
    if (type !== "histogram") continue;
    const buckets = series.filter((one) => one.name === `${name}_bucket`);
    assertEquals(buckets.at(-1)?.labels, { le: "+Inf" });
    const bounds = buckets.map(({ labels }) => Number(labels.le?.slice(-8)));
    assertEquals(
      bounds.slice(0, -1),
      bounds.slice(0, -1).toSorted((a, b) => a - b),
    );
  }
  const series = seriesValues(page);
  const polls = [...series].filter(([name]) => name.includes("_polls_total"));
  assertEquals(polls.length, 2 + pollFailureKinds.length);
  assertEquals(polls.every(([, value]) => value === 0), true);
  assertEquals(series.get("crypto_producer_ready"), 0);
  assertMatch(page, /build_info\{deno="2[^"]+",kafkajs="2\.2\.4"\} 1/);
});

Deno.test("`metricsText()` shows what was reported", () => {
  const { options, stats, time, outboxIs } = fakeHealth();
  stats.polled({ durationMs: 70, lateMs: 0.4 });
  stats.sampled({ ...sample(), missing: ["x"], retries: 2 }, true, 1_000);
  stats.polled({ durationMs: 10_000, lateMs: 3 });
  const failure = { ok: false, kind: "timeout", message: "late" } as const;
  stats.pollFailed(failure, { failuresInARow: 5, stride: 4 });
  const left = { left: 2, nowMs: 2_000 };
  stats.acknowledged({ records: 3, durationMs: 12, ...left });
  stats.deduplicated({ records: 4, possiblyDuplicated: 7, ...left });
  stats.deadLettered({ records: 1, ...left, reason: "too large" });
  stats.dropped(6);
  stats.lost(8);
  stats.slotsSkipped({ skipped: 9, backedOff: 4 });
  for (let n = 0; n < 5; n++) stats.logLineDropped();
  outboxIs({ depth: 2, bytes: 3_600, oldestMs: startMs, full: true });
  time.now = 5_000;
  const series = seriesValues(metricsText(options));
  const expected: Record<string, number> = {
    'polls_total{result="sample"}': 1,
    'polls_total{result="timeout"}': 1,
    samples_total: 1,
    samples_unchanged_total: 1,
    coins_missing_total: 1,
    slots_skipped_total: 9,
    slots_backed_off_total: 4,
    poll_retries_total: 2,
    poll_backoff_stride: 4,
    poll_backoffs_total: 1,
    log_lines_dropped_total: 5,
    'poll_duration_seconds_bucket{le="0.1"}': 1,
    'poll_duration_seconds_bucket{le="10"}': 2,
    'poll_duration_seconds_bucket{le="+Inf"}': 2,
    poll_duration_seconds_count: 2,
    poll_duration_seconds_sum: 10.07,
    'slot_deviation_seconds_bucket{le="0.001"}': 1,
    'publish_duration_seconds_bucket{le="0.025"}': 1,
    records_published_total: 3,
    records_deduplicated_total: 4,
    records_dead_lettered_total: 1,
    records_dropped_total: 6,
    records_possibly_duplicated_total: 7,
    records_lost_total: 8,
    outbox_records: 2,
    outbox_bytes: 3600,
    outbox_oldest_age_seconds: 5,
    outbox_full: 1,
    outbox_disk_failing: 0,
    'not_ready{reason="outbox_full"}': 1,
    'not_ready{reason="disk"}': 0,
    ready: 0,
    last_sample_timestamp_seconds: (startMs + 1_000) / 1000,
    last_ack_timestamp_seconds: (startMs + 2_000) / 1000,
    sample_age_limit_seconds: 100,
    record_wait_limit_seconds: 35,
    process_start_time_seconds: (startMs - 100) / 1000,
    process_resident_memory_bytes: 64_000_000,
    process_cpu_seconds_total: 0.25,
  };
  for (const [name, value] of Object.entries(expected)) {
    assertEquals(series.get(`crypto_producer_${name}`), value, name);
  }
});
