import { assertEquals, assertMatch } from "@std/assert";
import { healthHandler } from "../../producer/health/health_handler.ts";
import { fakeHealth } from "../fakes/health.ts";
import { sample, startMs } from "../fakes/samples.ts";

function served() {
  const health = fakeHealth();
  const handle = healthHandler(health.options);
  const get = async (path: string, method = "GET") =>
    await handle(new Request(`http://127.0.0.1:9464${path}`, { method }));
  return { ...health, get };
}

Deno.test("`healthHandler()` serves its four paths and nothing else", async () => {
  const { get } = served();
  const rows: [string, string, number][] = [
    ["GET", "/live", 200],
    ["HEAD", "/live", 200],
    ["GET", "/ready", 503],
    ["GET", "/ready?verbose", 503],
    ["GET", "/status", 200],
    ["GET", "/metrics", 200],
    ["GET", "/", 404],
    ["GET", "/live/", 404],
    ["GET", "/LIVE", 404],
    ["GET", "//metrics", 404],
    ["POST", "/live", 405],
    ["DELETE", "/nowhere", 405],
    ["OPTIONS", "/metrics", 405],
  ];
  for (const [method, path, status] of rows) {
    const response = await get(path, method);
    assertEquals(response.status, status, `${method} ${path}`);
    assertEquals(response.headers.get("cache-control"), "no-store");
    const allow = status === 405 ? "GET, HEAD" : null;
    assertEquals(response.headers.get("allow"), allow);
    assertEquals((await response.text()).endsWith("\n"), true);
  }
});

Deno.test("`/ready` is 503 with reasons, then 200 without", async () => {
  const { get, stats, outboxIs } = served();
  assertEquals(await (await get("/ready")).json(), {
    ready: false,
    reasons: ["no successful poll yet", "Kafka has acknowledged no record yet"],
  });
  stats.sampled(sample(), false, 0);
  stats.acknowledged({ records: 1, left: 0, nowMs: 0, durationMs: 1 });
  const response = await get("/ready");
  assertEquals(response.status, 200);
  assertEquals(await response.json(), { ready: true, reasons: [] });
  outboxIs({ full: true, depth: 9 });
  assertEquals((await get("/ready")).status, 503);
});

Deno.test("`/live` is 503 with the reason once the schedule has stopped", async () => {
  const { get, stats, time } = served();
  stats.slotDue(0);
  time.now = 161_000;
  const response = await get("/live");
  assertEquals(response.status, 503);
  const { live, reasons } = await response.json();
  assertEquals(live, false);
  assertMatch(reasons[0], /due 161\.0 s ago/);
});

Deno.test("`/live` gives a suspended process one turn to catch up", async () => {
  const { get, stats, time } = served();
  stats.slotDue(0);
  time.now = 3_600_000;
  setTimeout(() => stats.slotDue(3_630_000), 0);
  assertEquals((await get("/live")).status, 200);
});

Deno.test("`/status` shows all that is known, in seconds", async () => {
  const { get, stats, time, outboxIs } = served();
  stats.sampled(sample(), false, 1_000);
  stats.acknowledged({ records: 1, left: 2, nowMs: 1_500, durationMs: 500 });
  stats.polled({ durationMs: 200, lateMs: 2.4 });
  stats.slotDue(31_000);
  stats.sendFailed("no broker");
  outboxIs({ depth: 2, bytes: 3_600, oldestMs: startMs + 500 });
  time.now = 4_000;
  const { counters, ...status } = await (await get("/status")).json();
  assertEquals(counters.published, 1);
  assertEquals(status, {
    ready: true,
    reasons: [],
    interval_seconds: 30,
    timeout_seconds: 10,
    uptime_seconds: 4.1,
    last_sample_age_seconds: 3,
    last_slot_deviation_seconds: 0.002,
    last_ack_age_seconds: 2.5,
    next_slot_in_seconds: 27,
    failures_in_a_row: 0,
    poll_backoff_stride: 1,
    last_poll_error: null,
    last_send_error: "no broker",
    waiting: 2,
    outbox: {
      depth: 2,
      bytes: 3600,
      oldest_age_seconds: 3.5,
      full: false,
      in_memory: 0,
      disk_error: null,
    },
  });
});

Deno.test("`/status` shows no negative age when the wall clock was set back", async () => {
  const { get, outboxIs } = served();
  outboxIs({ depth: 1, oldestMs: startMs + 3_600_000 });
  const { outbox } = await (await get("/status")).json();
  assertEquals(outbox.oldest_age_seconds, 0);
});
