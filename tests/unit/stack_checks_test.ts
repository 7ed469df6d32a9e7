import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runStackChecks } from "../../tasks/verify/stack_checks.ts";
import type { ListenerAnswer } from "../../tasks/verify/probe/ask_listener.ts";
import type { StackObservation } from "../../tasks/verify/stack_observation.ts";
import { startMs } from "../fakes/samples.ts";
import { serviceFailures } from "../fakes/failures.ts";
import { container, healthyStack, withContainer } from "../fakes/stack.ts";

const view = {
  nowMs: startMs + 10 * 60_000,
  topic: "crypto.prices.raw",
  topicExists: true,
};
function check(seen: StackObservation) {
  return runStackChecks({ ok: true, value: seen }, view);
}

Deno.test("`runStackChecks()` finds nothing wrong with a healthy stack", () => {
  const results = check(healthyStack);
  assertEquals(results.map(({ name, verdict }) => `${name} ${verdict}`), [
    "containers ok",
    "restarts ok",
    "part-a ok",
    "listeners ok",
    "ui ok",
  ]);
});

function ended(exitCode: number, oomKilled = false, error = "") {
  return ({
    status: "exited",
    end: { exitCode, oomKilled, error },
  });
}
function log(wanted: string) {
  return serviceFailures.find(({ id }) => id === wanted)?.text ?? "";
}
const mismatch = {
  ...withContainer("kafka", ended(1)),
  logs: { kafka: log("cluster-id") },
};
function without(service: string): StackObservation {
  return ({
    ...healthyStack,
    containers: healthyStack.containers.filter((c) => c.service !== service),
  });
}
const kraft = {
  ...without("zookeeper"),
  containers: without("zookeeper").containers.map((one) =>
    one.service === "kafka"
      ? { ...one, env: { KAFKA_PROCESS_ROLES: "broker,controller" } }
      : one
  ),
};
function advertises(
  listener: string,
  ...brokers: [string, number][]
): ListenerAnswer {
  const value = brokers.map(([host, port]) => ({ host, port }));
  return { listener, brokers: { ok: true, value } };
}
const minio = container("", { name: "hive-minio" });

const cases: [string, StackObservation, string, string, string, string?][] = [
  ["KRaft without ZooKeeper", kraft, "containers", "ok", "crypto-kafka"],
  [
    "no ZooKeeper",
    without("zookeeper"),
    "containers",
    "fail",
    "no container for zookeeper",
    "deno task setup",
  ],
  [
    "a stopped container",
    withContainer("kafka", ended(143)),
    "containers",
    "fail",
    "crypto-kafka was stopped",
    "deno task setup",
  ],
  [
    "a container whose log names the cause",
    mismatch,
    "containers",
    "fail",
    "belongs to another cluster",
    "deno task destroy",
  ],
  [
    "a container over its memory limit",
    withContainer("kafka", ended(137, true)),
    "containers",
    "fail",
    "memory limit",
    "docker stats",
  ],
  [
    "a container killed by hand",
    withContainer("kafka", ended(137)),
    "containers",
    "fail",
    "killed: by hand",
  ],
  [
    "an engine that refused",
    withContainer(
      "kafka",
      ended(128, false, "network part-a_dasnet not found"),
    ),
    "containers",
    "fail",
    "part-a_dasnet",
    "PART-A",
  ],
  [
    "a container that starts",
    withContainer("kafka-ui", { health: "starting" }),
    "containers",
    "fail",
    "crypto-kafka-ui is starting",
    "--wait=60s",
  ],
  [
    "a container that is unhealthy",
    withContainer("zookeeper", { health: "unhealthy" }),
    "containers",
    "fail",
    "unhealthy",
    "deno task logs zookeeper",
  ],
  [
    "restarts long ago",
    withContainer("kafka", { restarts: 2 }),
    "restarts",
    "ok",
    "crypto-kafka 2, the last 10 min ago",
  ],
  [
    "restarts just now",
    withContainer("kafka", { restarts: 2, startedMs: view.nowMs - 60_000 }),
    "restarts",
    "warn",
    "1 min ago",
    "deno task logs kafka",
  ],
  [
    "half of PART-A",
    { ...healthyStack, partA: [minio] },
    "part-a",
    "fail",
    "hive-metastore does not exist",
    "--standalone",
  ],
  [
    "PART-A on another network",
    {
      ...healthyStack,
      partA: healthyStack.partA.map((one) => ({ ...one, networks: ["other"] })),
    },
    "part-a",
    "fail",
    "hive-minio is on another network (other)",
  ],
  [
    "PART-A stopped",
    { ...healthyStack, partA: [minio, container("", { status: "exited" })] },
    "part-a",
    "fail",
    "hive-metastore does not exist",
  ],
  [
    "a stack without PART-A",
    { ...healthyStack, standalone: true, partA: [] },
    "part-a",
    "skip",
    "standalone",
  ],
  [
    "a listener that advertises another address",
    {
      ...healthyStack,
      outside: advertises("localhost:19093", ["localhost", 9093]),
    },
    "listeners",
    "fail",
    "localhost:19093 advertises localhost:9093",
  ],
  [
    "an inside listener that does not respond",
    {
      ...healthyStack,
      inside: {
        ok: true,
        value: [
          advertises("crypto-kafka:9092", ["crypto-kafka", 9092]),
          {
            listener: "kafka:29092",
            brokers: { ok: false, error: "no response within 4000 ms" },
          },
        ],
      },
    },
    "listeners",
    "fail",
    "kafka:29092: no response",
  ],
  [
    "a network where the probe fails",
    { ...healthyStack, inside: { ok: false, error: "no such image" } },
    "listeners",
    "fail",
    "no such image",
  ],
  [
    "listeners of no broker",
    withContainer("kafka", ended(1)),
    "listeners",
    "skip",
    "does not run",
  ],
  [
    "a UI that is silent",
    {
      ...healthyStack,
      ui: {
        ...healthyStack.ui,
        topics: { ok: false, error: "nothing is listening" },
      },
    },
    "ui",
    "fail",
    "nothing is listening",
    "deno task logs kafka-ui",
  ],
  [
    "a UI that does not list the topic yet",
    {
      ...healthyStack,
      ui: { ...healthyStack.ui, topics: { ok: true, value: [] } },
    },
    "ui",
    "warn",
    "does not list crypto.prices.raw yet",
  ],
];

for (const [name, seen, which, verdict, part, next] of cases) {
  Deno.test(`\`runStackChecks()\` sees ${name}`, () => {
    const found = check(seen).find((one) => one.name === which);
    assertEquals([found?.verdict, found?.detail.includes(part)], [
      verdict,
      true,
    ], found?.detail);
    assertStringIncludes(found?.next ?? "", next ?? "");
    if (verdict === "fail") assert(found?.next);
  });
}

Deno.test("`runStackChecks()` says why Docker does not respond", () => {
  const error = "Cannot connect to the Docker daemon at unix:///x. Is the " +
    "docker daemon running?";
  const results = runStackChecks({ ok: false, error }, view);
  assertEquals(results.map(({ name }) => name), ["containers"]);
  assertStringIncludes(results[0]?.detail ?? "", "not running");
  assertStringIncludes(results[0]?.next ?? "", "start Docker");
});
