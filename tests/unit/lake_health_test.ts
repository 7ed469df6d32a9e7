import { assertEquals, assertMatch } from "@std/assert";
import { lakeEndpoints } from "../../lakehouse/health/lake_status.ts";
import type { Committed } from "../../lakehouse/lake/lake_types.ts";
import { fakeLakeHealth } from "../fakes/lake_health.ts";
import { parsePrometheus, seriesValues } from "../harness/prometheus_text.ts";

const committed: Committed = {
  snapshot: 7,
  rows: 3,
  ticks: 20,
  repeats: 5,
  revisions: 1,
  rejects: { not_json: 2, price_null: 1 },
  newestTimestampMs: 1_000_000,
  durationMs: 40,
};

function served() {
  const { stats, time, health } = fakeLakeHealth();
  const handle = lakeEndpoints(health);
  const get = async (path: string) =>
    await handle(new Request(`http://127.0.0.1:9465${path}`));
  const reasons = async () => (await (await get("/ready")).json()).reasons;
  return { stats, time, get, reasons };
}

Deno.test("a lake is ready once it has read the topic and is not behind", async () => {
  const { stats, time, reasons } = served();
  assertEquals(await reasons(), ["the topic has not been read yet"]);
  stats.readFailed("connection refused");
  assertEquals(await reasons(), [
    "the topic has not been read yet (connection refused)",
  ]);
  stats.read(new Map([[0, 0n]]), time.now);
  assertEquals(await reasons(), []);
  // Behind for a while is normal: a backlog is being read.
  stats.read(new Map([[0, 5n], [1, 2n]]), time.now);
  assertEquals(await reasons(), []);
  time.now += 61_000;
  stats.read(new Map([[0, 4n], [1, 0n]]), time.now);
  assertEquals(await reasons(), [
    "4 records are not in the lake, some for 61.0 s",
  ]);
  stats.read(new Map([[0, 0n], [1, 0n]]), time.now);
  assertEquals(await reasons(), []);
});

Deno.test("a lake is not ready while the broker is away or the disk is full", async () => {
  const { stats, time, reasons } = served();
  stats.read(new Map(), time.now);
  time.now += 10_500;
  stats.readFailed("nothing listens on localhost:9093");
  stats.commitFailed("no space left on device");
  assertEquals(await reasons(), [
    "the topic was last read 10.5 s ago (nothing listens on localhost:9093)",
    "the lake cannot be written (no space left on device)",
  ]);
  stats.committed(committed, time.now, time.wall);
  stats.read(new Map(), time.now);
  assertEquals(await reasons(), []);
});

Deno.test("a lake lives while it names an error, and is dead when it stands still", async () => {
  const { stats, time, get } = served();
  assertEquals((await get("/live")).status, 200);
  stats.read(new Map(), time.now);
  time.now += 600_001;
  assertEquals((await get("/live")).status, 503);
  stats.readFailed("connection refused");
  assertEquals((await get("/live")).status, 200);
});

Deno.test("`/status` has lag, freshness and counters", async () => {
  const { stats, time, get } = served();
  stats.read(new Map([[0, 4n]]), time.now);
  stats.committed(committed, time.now, time.wall);
  stats.passed("retention", 3);
  stats.passed("retention", 4);
  time.now += 500;
  const status = await (await get("/status")).json();
  assertEquals(status.lag, { "0": 4 });
  assertEquals(status.freshness_seconds, 0.25);
  assertEquals(status.commit_freshness_ms, 250);
  assertEquals(status.last_commit_age_seconds, 0.5);
  assertEquals(status.counters.ticks, 20);
  assertEquals(status.rejects, { not_json: 2, price_null: 1 });
  assertEquals(status.gap_offsets, { retention: 7 });
  assertEquals(status.size.rows, { "silver.crypto_ticks": 20 });
  assertEquals(status.pid, 1);
});

Deno.test("gold grows older after a restart, also while no record arrives", async () => {
  const { stats, time, get } = served();
  const freshness = async () => {
    const page = await (await get("/metrics")).text();
    const { freshness_seconds } = await (await get("/status")).json();
    const value = seriesValues(page).get("crypto_lake_freshness_seconds");
    return [value, freshness_seconds];
  };
  stats.positioned(0, undefined);
  assertEquals(await freshness(), [-1, null]);
  stats.positioned(2, 1_000_000);
  assertEquals(stats.epoch, 2);
  assertEquals(await freshness(), [0.25, 0.25]);
  time.wall += 300_000;
  assertEquals(await freshness(), [300.25, 300.25]);
  // Not even by a record that is older than what is stored.
  stats.committed({ ...committed, newestTimestampMs: 9 }, time.now, time.wall);
  stats.positioned(2, 10);
  assertEquals(await freshness(), [300.25, 300.25]);
});

Deno.test("`/metrics` has every series from the start, then what was counted", async () => {
  const { stats, time, get } = served();
  const page = async () => await (await get("/metrics")).text();
  const before = parsePrometheus(await page());
  assertEquals(
    before.every(({ name }) => name.startsWith("crypto_lake_")),
    true,
  );
  stats.read(new Map([[0, 4n]]), time.now);
  stats.committed(committed, time.now, time.wall);
  stats.committed(committed, time.now, time.wall);
  stats.passed("control", 5);
  const values = seriesValues(await page());
  assertEquals(values.get('crypto_lake_rejects_total{reason="not_json"}'), 4);
  const gaps = (reason: string) =>
    values.get(`crypto_lake_gap_offsets_total{reason="${reason}"}`);
  assertEquals(["control", "refused", "other"].map(gaps), [5, 0, undefined]);
  assertEquals(
    values.get('crypto_lake_rejects_total{reason="timestamp_missing"}'),
    0,
  );
  assertEquals(
    values.get('crypto_lake_rows_written_total{layer="silver"}'),
    40,
  );
  assertEquals(values.get('crypto_lake_lag_records{partition="0"}'), 4);
  assertEquals(values.get("crypto_lake_freshness_seconds"), 0.25);
  assertEquals(values.get("crypto_lake_commit_duration_seconds_count"), 2);
  assertMatch(await page(), /# TYPE crypto_lake_commits_total counter/);
});
