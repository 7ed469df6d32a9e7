import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Verdict } from "../../tasks/verify/finding.ts";
import type { Observations } from "../../tasks/verify/observations.ts";
import {
  checkAge,
  checkCoins,
  checkDuplicates,
  checkEnvelope,
  checkGaps,
  checkGrowth,
  checkWriters,
} from "../../tasks/verify/record_checks.ts";
import { healthy } from "../fakes/observations.ts";
import { startMs, stored } from "../fakes/samples.ts";

const other = "11111111-0ff7-48da-8efb-6dd5936a6580";
const foreign = { ...stored(1), value: new TextEncoder().encode("x") };

const simulator = { system: "coingecko_simulator", instance: other };
const inTurn = [
  stored(1),
  stored(1, { instance: other, id: other }),
  stored(2),
];
const unreadable = {
  partition: 2,
  offset: 7n,
  codec: "unknown",
  maxTimestampMs: 1,
  reason: "no such codec",
} as const;
const resumed = {
  records: [stored(1), stored(2, { afterMs: 500_000 })],
  nowMs: startMs + 500_000,
};

/** Rows of a check, what it sees and a part of the detail, by verdict. */
const cases: Record<
  Verdict,
  [typeof checkAge, Partial<Observations>, string][]
> = {
  fail: [
    [checkEnvelope, { records: [] }, "holds no records"],
    [
      checkEnvelope,
      { unreadable: [unreadable] },
      "partition 2, offset 7: a batch (unknown) cannot be read: no such codec",
    ],
    [
      checkEnvelope,
      { records: [foreign, stored(2)] },
      "partition 0, offset 1: the value is not JSON",
    ],
    [
      checkEnvelope,
      { records: [foreign, { ...foreign, offset: 2n }, stored(3)] },
      "offset 2",
    ],
    [checkAge, { nowMs: startMs + 3 * 30_000 + 100_001 }, "at most 100 s"],
    [
      checkCoins,
      { ids: ["bitcoin", "nope"] },
      "1 of 2 are in the newest record; missing: nope",
    ],
    [checkGaps, { records: [stored(1), stored(3)] }, "1 to 3"],
    [checkGaps, { records: [stored(1), stored(3), stored(2)] }, "3 to 2"],
    [checkWriters, { records: inTurn }, "2 producers"],
  ],
  warn: [
    [
      checkDuplicates,
      { records: [stored(1), stored(2), stored(2)] },
      "1 in the last 3",
    ],
    [
      checkWriters,
      { records: [stored(1), stored(2, simulator)] },
      "mixed sources: coingecko_v3, coingecko_simulator",
    ],
    [checkGrowth, resumed, "470 s apart"],
  ],
  skip: [[checkCoins, { records: [foreign] }, "no valid record"]],
  ok: [[checkGrowth, { records: [stored(1)] }, "first"]],
};

for (const [verdict, rows] of Object.entries(cases)) {
  for (const [check, change, detail] of rows) {
    Deno.test(`\`${check.name}()\` gives ${verdict}: ${detail}`, () => {
      const found = check({ ...healthy, ...change });
      assertEquals(found.verdict, verdict);
      assertStringIncludes(found.detail, detail);
      const hasNext = verdict === "fail" || verdict === "warn";
      assertEquals(found.next !== undefined, hasNext);
    });
  }
}

Deno.test("checks of records are skipped where there are none", () => {
  const none = { ...healthy, records: [] };
  for (
    const check of [
      checkAge,
      checkCoins,
      checkGaps,
      checkDuplicates,
      checkWriters,
      checkGrowth,
    ]
  ) assertEquals(check(none).verdict, "skip", check.name);
});

Deno.test("`checkAge()` and `checkGrowth()` allow two minutes more where unchanged samples are skipped", () => {
  const old: Observations = {
    ...healthy,
    unchanged: "skip",
    nowMs: startMs + 3 * 30_000 + 220_000,
  };
  assertEquals(checkAge(old).verdict, "ok");
  assertStringIncludes(checkAge(old).detail, "limit 220 s");
  assertEquals(checkAge({ ...old, nowMs: old.nowMs + 1 }).verdict, "fail");
  const apart = [stored(1), stored(2, { afterMs: 250_000 })];
  assertEquals(checkGrowth({ ...old, records: apart }).verdict, "ok");
});

Deno.test("`checkGaps()` and `checkWriters()` accept a restart", () => {
  const records = [
    stored(7),
    stored(8),
    stored(1, { instance: other, id: other, afterMs: 270_000 }),
  ];
  assertEquals(checkGaps({ ...healthy, records }).verdict, "ok");
  assertEquals(checkWriters({ ...healthy, records }).verdict, "ok");
});
