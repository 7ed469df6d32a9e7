import { assert, assertEquals, assertMatch } from "@std/assert";
import { Histogram } from "../../producer/health/histogram.ts";
import { metricsText } from "../../producer/health/metrics_page.ts";
import { fakeHealth } from "../fakes/health.ts";
import { sample, startMs } from "../fakes/samples.ts";

/** Series by name and labels, as Prometheus would read them. */
function parse(page: string): Map<string, number> {
  const series = new Map<string, number>();
  for (const line of page.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name, value] = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? [];
    assert(name !== undefined, `no series: ${line}`);
    assert(!series.has(name), `twice: ${name}`);
    assert(Number.isFinite(Number(value)), line);
    series.set(name, Number(value));
  }
  return series;
}

Deno.test("`Histogram` counts each value in the first bucket that holds it", () => {
  const histogram = new Histogram([0.1, 1]);
  for (const ms of [0, 100, 100.1, 1000, 1001]) histogram.observe(ms);
  assertEquals(histogram.counts, [2, 2, 1]);
  assertEquals(histogram.count, 5);
  assertEquals(Math.round(histogram.sum * 1e4), 22_011);
});

Deno.test("`metricsText()` shows every series from the start, by Prometheus's rules", async () => {
  const page = await metricsText(fakeHealth().options);
  const series = parse(page);
  const heads = [...page.matchAll(/^# (HELP|TYPE) (\S+) (.+)$/gm)];
  const types = new Map(
    heads.filter(([, word]) => word === "TYPE").map(([, , name, type]) =>
      [name, type] as const
    ),
  );
  assertEquals(heads.length, 2 * types.size, "one HELP and one TYPE each");
  for (const [name = "", type] of types) {
    assertMatch(name, /^crypto_producer_[a-z_]+$/);
    assertEquals(name.endsWith("_total"), type === "counter", name);
    // Base units, and none that is not one.
    assert(!/_(ms|milliseconds|minutes|kb|mb|percent)(_|$)/.test(name), name);
  }
  for (const name of series.keys()) {
    const base = name.replace(/\{.*/, "");
    const family = base.replace(/_(bucket|sum|count)$/, "");
    assert(types.has(base) || types.get(family) === "histogram", name);
  }
  const polls = [...series].filter(([name]) => name.includes("_polls_total"));
  assertEquals(polls.length, 12);
  assertEquals(polls.every(([, value]) => value === 0), true);
  assertEquals(series.get("crypto_producer_ready"), 0);
  assertMatch(page, /build_info\{deno="2[^"]+",kafkajs="2\.2\.4"\} 1/);
});

Deno.test("`metricsText()` follows what happens", async () => {
  const { options, stats, time, outboxIs } = fakeHealth();
  stats.polled(70, 0.4);
  stats.sampled({ ...sample(), missing: ["x"] }, true, 1_000);
  stats.polled(10_000, 3);
  const failure = { ok: false, kind: "timeout", message: "late" } as const;
  stats.pollFailed(failure, undefined, 4);
  stats.acknowledged(3, 2, 2_000, 12);
  stats.deduplicated(4, 2, 2_000);
  stats.rejected(1, 2, 2_000);
  stats.counters.dropped = 6;
  stats.counters.possiblyDuplicated = 7;
  stats.counters.lost = 8;
  stats.counters.skipped = 9;
  stats.counters.rested = 4;
  stats.counters.retries = 2;
  stats.counters.logLinesDropped = 5;
  outboxIs({ depth: 2, bytes: 3_600, oldestMs: startMs, full: true });
  time.now = 5_000;
  const series = parse(await metricsText(options));
  const expected: Record<string, number> = {
    'polls_total{result="sample"}': 1,
    'polls_total{result="timeout"}': 1,
    samples_total: 1,
    samples_unchanged_total: 1,
    coins_absent_total: 1,
    slots_skipped_total: 9,
    slots_rested_total: 4,
    poll_retries_total: 2,
    poll_every_slots: 4,
    polls_slowed_total: 1,
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
    records_rejected_total: 1,
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

Deno.test("`metricsText()` answers many scrapes at once, each whole", async () => {
  const { options } = fakeHealth();
  const pages = await Promise.all(
    Array.from({ length: 50 }, () => metricsText(options)),
  );
  assertEquals(new Set(pages).size, 1);
});
