import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runStackChecks } from "../../tasks/verify/stack_checks.ts";
import type { ListenerAnswer } from "../../tasks/verify/probe/ask_listener.ts";
import type { StackObservation } from "../../tasks/verify/stack_observation.ts";
import { healthy } from "../fakes/observations.ts";
import { startMs } from "../fakes/samples.ts";
import { container, healthyStack, withContainer } from "../fakes/stack.ts";

const nowMs = startMs + 10 * 60_000;
function check(stack: StackObservation) {
  return runStackChecks({
    ...healthy,
    nowMs,
    compose: { ok: true, value: stack },
  });
}

function ended(exitCode: number, oomKilled = false, error = "") {
  return ({ status: "exited", end: { exitCode, oomKilled, error } });
}
const mismatch = {
  ...withContainer("kafka", ended(1)),
  logs: { kafka: "java.lang.RuntimeException: Invalid cluster.id in: /x" },
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

const refused = ended(128, false, "network part-a_dasnet not found");
const justNow = { restarts: 2, startedMs: nowMs - 60_000 };
const elsewhere = healthyStack.partA
  .map((one) => ({ ...one, networks: ["other"] }));
const silent = { ok: false, error: "no response within 4000 ms" } as const;

function uiWith(topics: StackObservation["ui"]["topics"]): StackObservation {
  return { ...healthyStack, ui: { ...healthyStack.ui, topics } };
}

/** Rows of a stack, a part of the detail and of the next step, by verdict. */
const cases: Record<string, [StackObservation, string, string?][]> = {
  "containers ok": [[kraft, "crypto-kafka"]],
  "containers fail": [
    [without("zookeeper"), "no container for zookeeper", "deno task setup"],
    [
      withContainer("kafka", ended(143)),
      "crypto-kafka was stopped",
      "deno task setup",
    ],
    [mismatch, "belongs to another cluster", "deno task destroy"],
    [withContainer("kafka", ended(137, true)), "memory limit", "docker stats"],
    [withContainer("kafka", ended(137)), "killed: by hand"],
    [withContainer("kafka", refused), "part-a_dasnet", "PART-A"],
    [
      withContainer("kafka-ui", { health: "starting" }),
      "crypto-kafka-ui is starting",
      "--wait=60s",
    ],
    [
      withContainer("zookeeper", {
        health: "unhealthy",
        complaint: "nc: refused",
      }),
      "crypto-zookeeper is unhealthy; its health check: nc: refused",
      "deno task logs zookeeper",
    ],
    [
      {
        ...healthyStack,
        containers: [
          ...healthyStack.containers,
          container("crypto-lake", {
            health: "unhealthy",
            complaint: "GET /live: Connection refused",
          }),
        ],
      },
      "crypto-lake is unhealthy; its health check: GET /live: Connection ref",
      "deno task logs crypto-lake",
    ],
    [
      {
        ...healthyStack,
        containers: [
          ...healthyStack.containers,
          container("crypto-grafana", { status: "exited" }),
        ],
      },
      "crypto-grafana was stopped",
      "deno task setup",
    ],
  ],
  "restarts ok": [
    [
      withContainer("kafka", { restarts: 2 }),
      "crypto-kafka 2, the last 10 min ago",
    ],
  ],
  "restarts warn": [
    [withContainer("kafka", justNow), "1 min ago", "deno task logs kafka"],
  ],
  "part-a fail": [
    [
      { ...healthyStack, partA: [minio] },
      "hive-metastore does not exist",
      "--standalone",
    ],
    [
      { ...healthyStack, partA: elsewhere },
      "hive-minio is on another network (other)",
    ],
    [
      {
        ...healthyStack,
        partA: [minio, { ...minio, name: "hive-metastore", status: "paused" }],
      },
      "hive-metastore is paused",
    ],
  ],
  "part-a skip": [
    [{ ...healthyStack, standalone: true, partA: [] }, "standalone"],
  ],
  "listeners fail": [
    [
      {
        ...healthyStack,
        outside: advertises("localhost:19093", ["localhost", 9093]),
      },
      "localhost:19093 advertises localhost:9093",
    ],
    [
      {
        ...healthyStack,
        inside: {
          ok: true,
          value: [
            advertises("crypto-kafka:9092", ["crypto-kafka", 9092]),
            { listener: "kafka:29092", brokers: silent },
          ],
        },
      },
      "kafka:29092: no response",
    ],
    [
      { ...healthyStack, inside: { ok: false, error: "no such image" } },
      "no such image",
    ],
  ],
  "listeners skip": [[withContainer("kafka", ended(1)), "does not run"]],
  "ui fail": [
    [
      uiWith({ ok: false, error: "nothing is listening" }),
      "nothing is listening",
      "deno task logs kafka-ui",
    ],
  ],
  "ui warn": [
    [uiWith({ ok: true, value: [] }), "does not list crypto.prices.raw yet"],
  ],
};

for (const [expected, rows] of Object.entries(cases)) {
  for (const [seen, part, next = ""] of rows) {
    Deno.test(`\`runStackChecks()\`: ${expected}: ${part}`, () => {
      const found = check(seen)
        .find(({ name, verdict }) => `${name} ${verdict}` === expected);
      assertStringIncludes(found?.detail ?? "", part);
      assertStringIncludes(found?.next ?? "", next);
      if (found?.verdict === "fail") assert(found.next);
    });
  }
}

Deno.test("`runStackChecks()` says why Docker does not respond", () => {
  const error = "Cannot connect to the Docker daemon at unix:///x. Is the " +
    "docker daemon running?";
  const results = runStackChecks({ ...healthy, compose: { ok: false, error } });
  assertEquals(results.map(({ name }) => name), ["containers"]);
  assertStringIncludes(results[0]?.detail ?? "", "not running");
  assertStringIncludes(results[0]?.next ?? "", "start Docker");
});
