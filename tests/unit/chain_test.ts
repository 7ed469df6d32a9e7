import { assertEquals, assertStringIncludes } from "@std/assert";
import { chainOf } from "../../lakehouse/page/chain.ts";
import type { ChainFacts } from "../../lakehouse/page/chain_types.ts";
import { lakeStatus } from "../../lakehouse/health/lake_status.ts";
import { checkProducer } from "../../tasks/verify/producer_check.ts";
import { parseStatus } from "../../lib/producer_status.ts";
import { statusOf } from "../../producer/health/health_handler.ts";
import { fakeHealth } from "../fakes/health.ts";
import { fakeLakeHealth } from "../fakes/lake_health.ts";
import { healthy } from "../fakes/observations.ts";
import { sample } from "../fakes/samples.ts";

function facts() {
  const producer = fakeHealth();
  producer.stats.polled({ durationMs: 200, lateMs: 2.4 });
  producer.stats.sampled(sample(), false, 0);
  producer.stats.acknowledged({
    records: 1,
    left: 0,
    nowMs: 0,
    durationMs: 1,
  });
  const lake = fakeLakeHealth();
  lake.stats.read(new Map([[0, 0n]]), lake.time.now);
  const nowMs = 1_764_758_550_000;
  const make = (change: Partial<ChainFacts> = {}): ChainFacts => ({
    nowMs,
    producerAddress: "127.0.0.1:9464",
    producer: {
      ok: true,
      value: parseStatus({
        ...statusOf(producer.options),
        pid: 7,
        instance: "x",
      }),
    },
    run: {
      ok: true,
      value: { ...lakeStatus(lake.health), brokers: ["localhost:29092"] },
    },
    lake: {
      ok: true,
      value: {
        newestMs: nowMs - 2_000,
        coins: 10,
        size: { snapshots: 3, files: 2, bytes: 1 },
        rejects: { total: 0, byReason: {}, newest: [] },
      },
    },
    ...change,
  });
  return { producer, lake, make, nowMs };
}

function states(found: ReturnType<typeof chainOf>): string {
  return found.steps.map(({ state }) => state).join(" ");
}

Deno.test("a chain flows when each step does", () => {
  const { make } = facts();
  const chain = chainOf(make());
  assertEquals([chain.state, states(chain)], ["flowing", "ok ok ok ok ok ok"]);
  assertEquals(chain.lake, {
    snapshots: 3,
    files: 2,
    bytes: 1,
    freshnessSeconds: 2,
  });
  assertEquals(chain.steps[0]?.figures, [
    { label: "last poll", value: 0, unit: "s ago" },
    { label: "every", value: 30, unit: "s" },
    { label: "slot deviation", value: 2, unit: "ms" },
  ]);
  assertEquals(
    chain.steps.map(({ id }) => id),
    ["source", "outbox", "topic", "bronze", "silver", "gold"],
  );
});

Deno.test("a broker that is away breaks the topic, and records wait", () => {
  const { producer, lake, make } = facts();
  lake.stats.readFailed("connect ECONNREFUSED");
  // One failed read alone, as when a leader changes, is no outage.
  assertEquals(chainOf(make()).state, "flowing");
  lake.time.now += 2_000;
  producer.stats.sampled(sample(), false, 0);
  producer.stats.sendFailed("no broker");
  const chain = chainOf(make());
  assertEquals([chain.state, states(chain)], [
    "broken",
    "ok warn fail ok ok ok",
  ]);
  const topic = chain.steps[2];
  assertEquals(
    [topic?.cause, topic?.next],
    [
      "localhost:29092 does not respond: connect ECONNREFUSED",
      "start the stack: deno task setup; see also deno task status",
    ],
  );
  const { run } = make();
  const nextOf = (broker: string) =>
    chainOf(make({
      run: run.ok
        ? { ok: true, value: { ...run.value, brokers: [broker] } }
        : run,
    })).steps[2]?.next;
  assertEquals(nextOf("crypto-kafka:9092"), topic?.next);
  assertEquals(
    nextOf("kafka.example.com:9092"),
    "start that broker, or correct KAFKA_BOOTSTRAP_SERVERS",
  );
  lake.stats.read(new Map([[0, 0n]]), lake.time.now);
  assertEquals(chainOf(make()).state, "flowing");
});

Deno.test("a producer that cannot be asked is unknown, in the words of verify", () => {
  const { make, nowMs } = facts();
  const producer = { ok: false, error: "nothing is listening" } as const;
  const chain = chainOf(make({ producer }));
  assertEquals([chain.state, states(chain)], [
    "flowing",
    "unknown unknown ok ok ok ok",
  ]);
  const verify = checkProducer({
    ...healthy,
    target: "native",
    producer,
    adminAddress: "127.0.0.1:9464",
    containerProducer: undefined,
    compose: undefined,
  });
  assertEquals(
    [chain.steps[0]?.cause, chain.steps[0]?.next],
    [verify.detail, verify.next],
  );
  const off = chainOf(make({ producer: undefined }));
  assertStringIncludes(off.steps[0]?.cause ?? "", "ADMIN_ADDRESS is off");
  // Nothing new for longer than the settings' defaults allow.
  const old = make({ producer, nowMs: nowMs + 110_000 });
  const stale = chainOf(old);
  assertEquals([stale.state, stale.steps[5]?.state], ["stale", "warn"]);
  assertEquals(
    [stale.steps[5]?.cause, stale.steps[5]?.next],
    [
      "the newest record in gold is 112.0 s old, expected at most 100.0 s",
      "start the producer: deno task produce (and keep it running)",
    ],
  );
});

Deno.test("a failing source, a full outbox, a lake that cannot be written or read: broken, with a cause", () => {
  const polls = facts();
  polls.producer.stats.pollFailed(
    { ok: false, kind: "http_status", message: "HTTP 500" },
    { failuresInARow: 5, stride: 4 },
  );
  const source = chainOf(polls.make());
  assertEquals([source.state, source.steps[0]?.state], ["broken", "fail"]);
  assertStringIncludes(source.steps[0]?.cause ?? "", "HTTP 500");

  const full = facts();
  full.producer.outboxIs({ full: true, depth: 9 });
  full.producer.stats.sendFailed("no broker");
  assertEquals(chainOf(full.make()).steps[1]?.state, "fail");

  const disk = facts();
  disk.lake.stats.commitFailed("the disk is full");
  const written = chainOf(disk.make());
  assertEquals([written.state, states(written)], [
    "broken",
    "ok ok ok fail unknown ok",
  ]);
  assertStringIncludes(written.steps[3]?.cause ?? "", "the disk is full");

  const unreadable = chainOf(
    facts().make({ lake: { ok: false, error: "gone" } }),
  );
  assertEquals([unreadable.state, unreadable.lake.freshnessSeconds], [
    "broken",
    null,
  ]);
  for (const chain of [source, written, unreadable]) {
    for (const { state, cause, next } of chain.steps) {
      assertEquals(state === "ok", cause === undefined);
      assertEquals(cause === undefined, next === undefined);
    }
  }
});

Deno.test("an empty lake waits; one without a lake run says how to start it", () => {
  const { make } = facts();
  const full = make();
  const value = full.lake.ok ? full.lake.value : undefined;
  const empty = chainOf(make({
    lake: value === undefined
      ? full.lake
      : { ok: true, value: { ...value, newestMs: undefined, coins: 0 } },
  }));
  assertEquals([empty.state, empty.steps[5]?.state], ["waiting", "unknown"]);
  const alone = chainOf(make({ run: { ok: false, error: "none answers" } }));
  assertEquals(states(alone), "ok ok unknown unknown unknown ok");
  assertStringIncludes(alone.steps[2]?.next ?? "", "deno task lake run");
});
