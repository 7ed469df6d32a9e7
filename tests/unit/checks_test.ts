import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { priceTable } from "../../tasks/demo/price_table.ts";
import { allWell, runChecks } from "../../tasks/verify/checks.ts";
import { judgeEnvelope } from "../../tasks/verify/record_contract.ts";
import type { Observations } from "../../tasks/verify/observations.ts";
import { jsonReport, table } from "../../tasks/verify/verify_report.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { startMs, stored } from "../fakes/samples.ts";

const spec = topicSpec({
  name: "crypto.prices.raw",
  partitions: 1,
  replicationFactor: 1,
  minInsyncReplicas: 1,
});
const partition = { id: 0, leader: 1, replicas: 1, inSync: 1 };
const other = "11111111-0ff7-48da-8efb-6dd5936a6580";

const producer = {
  ready: true,
  reasons: [],
  intervalSeconds: 30,
  timeoutSeconds: 10,
  unchanged: undefined,
  pid: 1,
  instance: "i",
  published: 3,
  waiting: 0,
};

const healthy: Observations = {
  nowMs: startMs + 4 * 30_000,
  stack: "native",
  bootstrap: "localhost:9093",
  spec,
  ids: ["bitcoin"],
  intervalMs: 30_000,
  timeoutMs: 10_000,
  unchanged: "emit",
  admin: "127.0.0.1:9464",
  producer: { ok: true, value: producer },
  contained: undefined,
  compose: undefined,
  topic: { ok: true, value: { partitions: [partition], config: spec.config } },
  offsets: [{ partition: 0, start: 0n, end: 3n }],
  records: [stored(1), stored(2), stored(3)],
};

const find = (seen: Observations, name: string) =>
  runChecks(seen).find((check) => check.name === name)!;

Deno.test("`runChecks()` finds nothing wrong with a healthy stream", () => {
  const results = runChecks(healthy);
  assertEquals(
    results.map(({ verdict }) => verdict).join(),
    Array(11).fill("ok").join(),
  );
  assert(allWell(results));
});

const cases: [string, Partial<Observations>, string, string, string][] = [
  [
    "no broker",
    { topic: { ok: false, error: "refused" }, records: [] },
    "broker",
    "fail",
    "refused",
  ],
  [
    "no topic",
    { topic: { ok: true, value: undefined }, records: [] },
    "topic",
    "fail",
    "does not exist",
  ],
  [
    "no leader",
    {
      topic: {
        ok: true,
        value: {
          partitions: [{ ...partition, leader: -1 }],
          config: spec.config,
        },
      },
    },
    "topic",
    "fail",
    "partition 0",
  ],
  [
    "too few replicas",
    {
      topic: {
        ok: true,
        value: {
          partitions: [{ ...partition, inSync: 0 }],
          config: spec.config,
        },
      },
    },
    "topic",
    "fail",
    "takes no writes",
  ],
  [
    "other settings",
    {
      topic: {
        ok: true,
        value: {
          partitions: [partition],
          config: { ...spec.config, "retention.ms": "1" },
        },
      },
    },
    "settings",
    "fail",
    "retention.ms: 1 -> 604800000",
  ],
  [
    "no producer",
    { producer: { ok: false, error: "nothing listens there" } },
    "producer",
    "fail",
    "nothing listens",
  ],
  [
    "a producer that is not ready",
    {
      producer: {
        ok: true,
        value: { ...producer, ready: false, reasons: ["Kafka is away"] },
      },
    },
    "producer",
    "fail",
    "Kafka is away",
  ],
  ["health switched off", { admin: undefined }, "producer", "skip", "off"],
  ["no record", { records: [] }, "envelope", "fail", "holds no record"],
  [
    "a foreign record",
    { records: [{ ...stored(1), value: new TextEncoder().encode("x") }] },
    "envelope",
    "fail",
    "offset 1",
  ],
  [
    "an old record",
    { nowMs: startMs + 3 * 30_000 + 100_001 },
    "age",
    "fail",
    "at most 100 s",
  ],
  [
    "an absent coin",
    { ids: ["bitcoin", "nope"] },
    "coins",
    "fail",
    "absent: nope",
  ],
  ["a gap", { records: [stored(1), stored(3)] }, "gaps", "fail", "1 to 3"],
  [
    "a wrong order",
    { records: [stored(1), stored(3), stored(2)] },
    "gaps",
    "fail",
    "3 to 2",
  ],
  [
    "a double",
    { records: [stored(1), stored(2), stored(2)] },
    "duplicates",
    "warn",
    "1 in the last 3",
  ],
  [
    "two producers in turn",
    {
      records: [
        stored(1),
        stored(1, { instance: other, id: other }),
        stored(2),
      ],
    },
    "writers",
    "fail",
    "2 producers",
  ],
  [
    "a mixture of sources",
    {
      records: [
        stored(1),
        stored(2, { system: "coingecko_simulator", instance: other }),
      ],
    },
    "writers",
    "warn",
    "mixture",
  ],
  [
    "a stream that began again",
    {
      records: [stored(1), stored(2, { afterMs: 500_000 })],
      nowMs: startMs + 500_000,
    },
    "growth",
    "warn",
    "440",
  ],
];

for (const [name, change, check, verdict, part] of cases) {
  Deno.test(`\`runChecks()\` sees ${name}`, () => {
    const seen = { ...healthy, ...change };
    const found = find(seen, check);
    assertEquals(found.verdict, verdict);
    assertStringIncludes(
      found.detail,
      name === "a stream that began again" ? "apart" : part,
    );
    if (verdict !== "skip") assert(found.next !== undefined);
    assertEquals(allWell(runChecks(seen)), verdict !== "fail");
  });
}

Deno.test("`runChecks()` allows two minutes more where unchanged samples are left out", () => {
  const old: Observations = {
    ...healthy,
    unchanged: "skip",
    nowMs: startMs + 3 * 30_000 + 220_000,
  };
  assertEquals(find(old, "age").verdict, "ok");
  assertStringIncludes(find(old, "age").detail, "at most 220 s");
  const older = { ...old, nowMs: old.nowMs + 1 };
  assertEquals(find(older, "age").verdict, "fail");
  const apart = [stored(1), stored(2, { afterMs: 250_000 })];
  assertEquals(find({ ...old, records: apart }, "growth").verdict, "ok");
});

Deno.test("`runChecks()` takes a restart for no gap", () => {
  const records = [
    stored(7),
    stored(8),
    stored(1, { instance: other, id: other, afterMs: 270_000 }),
  ];
  assertEquals(find({ ...healthy, records }, "gaps").verdict, "ok");
  assertEquals(find({ ...healthy, records }, "writers").verdict, "ok");
});

Deno.test("`table()` fits 80 columns and names the next steps", () => {
  const seen: Observations = {
    ...healthy,
    ids: Array.from({ length: 30 }, (_, n) => `coin-number-${n}`),
    producer: { ok: false, error: "nothing listens there" },
  };
  const lines = table(runChecks(seen));
  assert(lines.every((line) => line.length <= 80), lines.join("\n"));
  assert(lines.some((line) => line.includes("Next: start the producer")));
  assertStringIncludes(lines.at(-1) ?? "", "2 of 11 checks failed");
  const json = JSON.parse(jsonReport(runChecks(seen)));
  assertEquals([json.ok, json.checks.length], [false, 11]);
});

Deno.test("`priceTable()` aligns prices of any size", () => {
  const verdict = judgeEnvelope(stored(1));
  assert(verdict.ok);
  assertEquals(priceTable(verdict.envelope), [
    "coin           USD     24 h  market cap   updated",
    "bitcoin  92,937.00  +6.77 %      1.86 T  10:41:54",
  ]);
});
