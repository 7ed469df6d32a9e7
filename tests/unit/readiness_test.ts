import { assertEquals } from "@std/assert";
import { notLive, notReady } from "../../producer/health/readiness.ts";
import { fakeHealth } from "../fakes/health.ts";
import { sample } from "../fakes/samples.ts";

/** The harness with the reasons as names and texts. */
function judged() {
  const health = fakeHealth();
  const { options, time } = health;
  const now = () => notReady(options, options.outbox(), time.now);
  return {
    ...health,
    kinds: () => now().map(({ kind }) => kind),
    texts: () => now().map(({ text }) => text),
  };
}

/** The same, ready at time 0. */
function ready() {
  const health = judged();
  health.stats.sampled(sample(), false, 0);
  health.stats.acknowledged({ records: 1, left: 0, nowMs: 0, durationMs: 5 });
  assertEquals(health.kinds(), []);
  return health;
}

Deno.test("`notReady()` wants both a successful poll and an acknowledgement", () => {
  const { stats, kinds } = judged();
  assertEquals(kinds(), ["poll", "unacknowledged"]);
  stats.sampled(sample(), false, 0);
  assertEquals(kinds(), ["unacknowledged"]);
  stats.acknowledged({ records: 1, left: 0, nowMs: 10, durationMs: 10 });
  assertEquals(kinds(), []);
});

Deno.test("`notReady()` reports a dead API after 3 intervals and a timeout", () => {
  const { stats, time, kinds, texts } = ready();
  const failure = { ok: false, kind: "network", message: "refused" } as const;
  stats.pollFailed(failure, { failuresInARow: 1, stride: 1 });
  time.now = 100_000;
  assertEquals(kinds(), []);
  time.now = 100_001;
  assertEquals(texts(), ["the last successful poll was 100.0 s ago (refused)"]);
  stats.sampled(sample(), false, time.now);
  assertEquals(kinds(), [], "one success is enough");
});

Deno.test("`notReady()` reports a dead broker after an interval and 5 s", () => {
  const { stats, time, kinds, texts, outboxIs } = ready();
  time.now = 60_000;
  stats.sampled(sample(), false, time.now);
  outboxIs({ depth: 1 });
  stats.sendFailed("no broker");
  time.now = 95_000;
  assertEquals(kinds(), []);
  // A younger record does not make the older one's wait shorter.
  stats.sampled(sample(), false, 90_000);
  time.now = 95_001;
  assertEquals(texts(), ["records have waited 35.0 s for Kafka (no broker)"]);
  stats.acknowledged({ records: 1, left: 1, nowMs: time.now, durationMs: 20 });
  assertEquals(kinds(), [], "one success is enough, also with a backlog");
  time.now += 35_001;
  assertEquals(kinds(), ["waiting"], "what is left waits since then");
});

Deno.test("`notReady()` counts from the start when records of an earlier process wait", () => {
  const { stats, time, kinds, outboxIs } = judged();
  outboxIs({ depth: 3 });
  stats.resumed(3, 0);
  stats.sampled(sample(), false, 34_000);
  stats.lastAckMs = 0;
  time.now = 35_001;
  assertEquals(kinds(), ["waiting"]);
  stats.deduplicated({
    records: 2,
    possiblyDuplicated: 0,
    left: 1,
    nowMs: time.now,
  });
  assertEquals(kinds(), [], "deduplication is progress");
  assertEquals(stats.counters.deduplicated, 2);
});

Deno.test("`notReady()` does not wait for dead-lettered records", () => {
  const { stats, time, kinds, outboxIs } = ready();
  outboxIs({ depth: 1 });
  stats.sampled(sample(), false, 0);
  stats.deadLettered({
    records: 1,
    left: 0,
    nowMs: 20_000,
    reason: "too large",
  });
  outboxIs({ depth: 0 });
  time.now = 90_000;
  stats.sampled(sample(), false, time.now);
  outboxIs({ depth: 1 });
  assertEquals(kinds(), ["dead_lettered"], "the new record has not waited");
  stats.acknowledged({ records: 1, left: 0, nowMs: time.now, durationMs: 1 });
  outboxIs({ depth: 0 });
  assertEquals(kinds(), [], "Kafka accepts records again");
});

Deno.test("`notReady()` does not wait for a sample without a record", () => {
  const { stats, time, kinds, outboxIs } = ready();
  stats.unchangedSkipped(sample(), 10_000);
  time.now = 70_000;
  stats.sampled(sample(), false, time.now);
  outboxIs({ depth: 1 });
  assertEquals(kinds(), []);
});

Deno.test("`notReady()` reports a refused client at once, until Kafka acknowledges", () => {
  const { stats, kinds, texts } = ready();
  stats.sendFailed("connection closed");
  assertEquals(kinds(), []);
  stats.sendFailed("SASL SCRAM-SHA-256 failed", true);
  assertEquals(texts(), [
    "Kafka refuses this client (SASL SCRAM-SHA-256 failed)",
  ]);
  stats.acknowledged({ records: 1, left: 0, nowMs: 10, durationMs: 10 });
  assertEquals(kinds(), []);
});

Deno.test("`notReady()` reports a cooldown until it is over", () => {
  const { stats, time, kinds, texts } = ready();
  stats.pollFailed({ ok: false, kind: "rate_limit", message: "" }, {
    failuresInARow: 1,
    stride: 1,
    cooldownUntilMs: 9_000,
  });
  assertEquals(texts(), [
    "the API demanded a cooldown: the next poll is in 9.0 s",
  ]);
  time.now = 9_000;
  assertEquals(kinds(), []);
});

Deno.test("`notReady()` reports a full outbox and a failing disk", () => {
  const { texts, outboxIs } = ready();
  outboxIs({ depth: 500, full: true, inMemory: 20, diskError: "disk is full" });
  assertEquals(texts(), [
    "the outbox is full with 500 records: each new one drops the oldest",
    "the disk accepts no records, 20 are in memory only (disk is full)",
  ]);
});

Deno.test("`notReady()` reports an outbox that cannot be read as the disk's failure", () => {
  const { stats, kinds, texts, outboxIs } = ready();
  outboxIs({ depth: 3 });
  stats.outboxRead("disk I/O error");
  assertEquals(kinds(), ["disk"]);
  assertEquals(texts(), ["the outbox cannot be read (disk I/O error)"]);
  stats.outboxRead();
  assertEquals(kinds(), []);
});

Deno.test("`notLive()` reports a schedule that stopped, and nothing else", () => {
  const { stats, options } = judged();
  assertEquals(notLive(options, 1_000_000), undefined, "no slot is known yet");
  stats.slotDue(30_000);
  assertEquals(notLive(options, 30_000 + 160_000), undefined);
  assertEquals(
    notLive(options, 30_000 + 160_001),
    "the slot that was due 160.0 s ago has not finished",
  );
  stats.slotDue(900_000);
  assertEquals(notLive(options, 190_001), undefined);
});
