import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  checkBroker,
  checkSettings,
  checkTopic,
} from "../../tasks/verify/topic_checks.ts";
import type { Observations } from "../../tasks/verify/observations.ts";
import { healthy, partition } from "../fakes/observations.ts";

const { config } = healthy.spec;

function topicWith(
  change: Partial<typeof partition>,
  settings: Record<string, string> = {},
): Partial<Observations> {
  const value = {
    partitions: [{ ...partition, ...change }],
    config: { ...config, ...settings },
  };
  return { topic: { ok: true, value } };
}

const silent = { topic: { ok: false, error: "refused" } } as const;

const misled: Partial<Observations> = {
  ...silent,
  addressFault: {
    what: "localhost:8080 is an HTTP server",
    next: "set it",
    mayBeBroker: false,
  },
};

const hanging: Partial<Observations> = {
  ...silent,
  addressFault: { what: "says nothing", next: "look", mayBeBroker: true },
};

const missing = { topic: { ok: true, value: undefined } } as const;

/** Rows of a check, what it sees, a part of the detail and of the next step. */
const cases: [typeof checkTopic, Partial<Observations>, string, string?][] = [
  [checkBroker, silent, "refused", "--stack=native"],
  [checkBroker, { ...silent, target: "compose" }, "refused", "task setup;"],
  [
    checkBroker,
    { ...silent, target: "elsewhere" },
    "refused",
    "KAFKA_BOOTSTRAP_SERVERS",
  ],
  [checkBroker, misled, "localhost:8080 is an HTTP server", "set it"],
  [checkBroker, hanging, "says nothing", "--stack=native"],
  [checkBroker, { ...hanging, target: "elsewhere" }, "says nothing", "look"],
  [checkTopic, misled, "no broker to ask"],
  [checkTopic, silent, "does not respond"],
  [checkTopic, missing, "does not exist", "deno task setup"],
  [checkTopic, topicWith({ leader: -1 }), "partition 0", "deno task status"],
  [checkTopic, topicWith({ inSync: 0 }), "no writes", "deno task status"],
  [checkSettings, missing, "no topic"],
  [
    checkSettings,
    topicWith({}, { "retention.ms": "1" }),
    "retention.ms: 1 -> 604800000",
    "deno task setup",
  ],
];

for (const [check, change, detail, next] of cases) {
  Deno.test(`\`${check.name}()\`: ${detail}, next: ${next ?? "none"}`, () => {
    const found = check({ ...healthy, ...change });
    assertEquals(found.verdict, next === undefined ? "skip" : "fail");
    assertStringIncludes(found.detail, detail);
    assertStringIncludes(found.next ?? "", next ?? "");
    assertEquals(found.next === undefined, next === undefined);
  });
}
