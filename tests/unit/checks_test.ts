import { assertEquals } from "@std/assert";
import { runChecks } from "../../tasks/verify/checks.ts";
import { healthy } from "../fakes/observations.ts";
import { healthyStack } from "../fakes/stack.ts";

const chain = [
  "broker",
  "topic",
  "settings",
  "producer",
  "envelope",
  "age",
  "coins",
  "gaps",
  "duplicates",
  "writers",
  "growth",
];

Deno.test("`runChecks()` finds nothing wrong with a healthy stream", () => {
  const results = runChecks(healthy);
  assertEquals(
    results.map(({ name, verdict }) => `${name} ${verdict}`),
    chain.map((name) => `${name} ok`),
  );
});

Deno.test("`runChecks()` puts the stack's checks first", () => {
  const compose = { ok: true, value: healthyStack } as const;
  const results = runChecks({ ...healthy, target: "compose", compose });
  assertEquals(
    results.map(({ name, verdict }) => `${name} ${verdict}`),
    ["containers", "restarts", "part-a", "listeners", "ui", ...chain]
      .map((name) => `${name} ok`),
  );
});

Deno.test("`runChecks()` tells the stack whether Kafka has the topic", () => {
  const ui = { ...healthyStack.ui, topics: { ok: true, value: [] } } as const;
  const compose = { ok: true, value: { ...healthyStack, ui } } as const;
  const verdictOfUi = (topic: typeof healthy.topic) =>
    runChecks({ ...healthy, compose, topic })
      .find(({ name }) => name === "ui")?.verdict;
  assertEquals(verdictOfUi(healthy.topic), "warn");
  assertEquals(verdictOfUi({ ok: true, value: undefined }), "skip");
  assertEquals(verdictOfUi({ ok: false, error: "refused" }), "skip");
});
