import { assertEquals, assertStringIncludes } from "@std/assert";
import { runChecks } from "../../tasks/verify/checks.ts";
import type { Observations } from "../../tasks/verify/observations.ts";
import { producerCheck } from "../../tasks/verify/producer_check.ts";
import { readStatus } from "../../tasks/producer/producer_status.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { startMs, stored } from "../fakes/samples.ts";
import { healthyStack, withContainer } from "../fakes/stack.ts";

const status = readStatus({
  ready: true,
  reasons: [],
  interval_seconds: 30,
  timeout_seconds: 10,
  pid: 7,
  instance: "i",
  counters: { published: 3 },
  waiting: 0,
});
const nobody = { ok: false, error: "nothing listens there" } as const;
const spec = topicSpec({
  name: "crypto.prices.raw",
  partitions: 1,
  replicationFactor: 1,
  minInsyncReplicas: 1,
});

/** A container runs the only producer. */
const contained: Observations = {
  nowMs: startMs + 4 * 30_000,
  stack: "compose",
  bootstrap: "localhost:9093",
  spec,
  ids: ["bitcoin"],
  intervalMs: 30_000,
  unchanged: "emit",
  timeoutMs: 10_000,
  admin: "127.0.0.1:9464",
  producer: nobody,
  contained: { ok: true, value: status },
  compose: { ok: true, value: healthyStack },
  topic: {
    ok: true,
    value: {
      partitions: [{ id: 0, leader: 1, replicas: 1, inSync: 1 }],
      config: spec.config,
    },
  },
  offsets: [{ partition: 0, start: 0n, end: 3n }],
  records: [stored(1), stored(2), stored(3)],
};

const stack = (
  change: Parameters<typeof withContainer>[1],
  logs: Record<string, string> = {},
): Partial<Observations> => ({
  contained: undefined,
  compose: {
    ok: true,
    value: { ...withContainer("crypto-producer", change), logs },
  },
});
const end = (exitCode: number) => ({ exitCode, oomKilled: false, error: "" });
const stopped = stack({ status: "exited", end: end(143) });

const cases: [string, Partial<Observations>, string, string, string?][] = [
  ["a container", {}, "ok", "runs in the container crypto-producer, ready"],
  [
    "a direct one beside a stopped container",
    { ...stopped, producer: { ok: true, value: status } },
    "ok",
    "runs directly, pid 7, ready",
  ],
  [
    "two",
    { producer: { ok: true, value: status } },
    "fail",
    "two run: the container crypto-producer, and pid 7 directly",
    "docker stop crypto-producer",
  ],
  [
    "a container that is not ready",
    {
      contained: {
        ok: true,
        value: { ...status, ready: false, reasons: ["Kafka is away"] },
      },
    },
    "fail",
    "not ready: Kafka is away",
    "deno task logs crypto-producer",
  ],
  [
    "a container that does not answer",
    { contained: { ok: false, error: "timed out" } },
    "fail",
    "the container crypto-producer runs but does not answer: timed out",
    "deno task logs crypto-producer",
  ],
  [
    "a container that ends again and again",
    stack({ status: "restarting", end: end(1) }, {
      "crypto-producer": "dependencies are missing: run x",
    }),
    "fail",
    "is restarting (exit code 1): the packages are not installed",
    "deno task deps",
  ],
  [
    "none",
    stopped,
    "fail",
    "none answers at 127.0.0.1:9464",
    "deno task produce, or as a container: deno task produce --container",
  ],
  ["none that can be asked", { ...stopped, admin: undefined }, "skip", "off"],
];

for (const [name, change, verdict, part, next] of cases) {
  Deno.test(`\`producerCheck()\` sees ${name}`, () => {
    const found = producerCheck({ ...contained, ...change });
    assertEquals(found.verdict, verdict);
    assertStringIncludes(found.detail, part);
    assertStringIncludes(found.next ?? "", next ?? "");
  });
}

Deno.test("`runChecks()` puts the stack's checks before the chain's", () => {
  const results = runChecks(contained);
  assertEquals(results.map(({ verdict }) => verdict), Array(16).fill("ok"));
  assertEquals(results[0]?.name, "containers");
  const away = { ...contained, topic: nobody, records: [] };
  const broker = runChecks(away).find(({ name }) => name === "broker");
  assertStringIncludes(broker?.next ?? "", "deno task setup;");
});
