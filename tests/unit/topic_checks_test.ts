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

const cases: [
  string,
  typeof checkTopic,
  Partial<Observations>,
  string,
  string,
  string?,
][] = [
  ["a silent broker", checkBroker, silent, "fail", "refused", "--stack=native"],
  [
    "a silent broker of containers",
    checkBroker,
    { ...silent, target: "compose" },
    "fail",
    "refused",
    "deno task setup;",
  ],
  [
    "a silent broker elsewhere",
    checkBroker,
    { ...silent, target: "elsewhere" },
    "fail",
    "refused",
    "KAFKA_BOOTSTRAP_SERVERS",
  ],
  [
    "a topic on a silent broker",
    checkTopic,
    silent,
    "skip",
    "does not respond",
  ],
  [
    "a missing topic",
    checkTopic,
    { topic: { ok: true, value: undefined } },
    "fail",
    "does not exist",
    "deno task setup",
  ],
  [
    "a partition without a leader",
    checkTopic,
    topicWith({ leader: -1 }),
    "fail",
    "partition 0",
    "deno task status",
  ],
  [
    "a partition with too few replicas",
    checkTopic,
    topicWith({ inSync: 0 }),
    "fail",
    "accepts no writes",
    "deno task status",
  ],
  [
    "settings of a missing topic",
    checkSettings,
    { topic: { ok: true, value: undefined } },
    "skip",
    "no topic",
  ],
  [
    "other settings",
    checkSettings,
    topicWith({}, { "retention.ms": "1" }),
    "fail",
    "retention.ms: 1 -> 604800000",
    "deno task setup",
  ],
];

for (const [name, check, change, verdict, detail, next = ""] of cases) {
  Deno.test(`\`${check.name}()\` sees ${name}`, () => {
    const found = check({ ...healthy, ...change });
    assertEquals(found.verdict, verdict);
    assertStringIncludes(found.detail, detail);
    assertStringIncludes(found.next ?? "", next);
    assertEquals(found.next === undefined, verdict === "skip");
  });
}
