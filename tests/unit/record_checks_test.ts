import { assertEquals, assertStringIncludes } from "@std/assert";
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

const cases: [
  string,
  typeof checkAge,
  Partial<Observations>,
  string,
  string,
][] = [
  ["no record", checkEnvelope, { records: [] }, "fail", "holds no records"],
  [
    "a foreign record",
    checkEnvelope,
    { records: [foreign, stored(2)] },
    "fail",
    "partition 0, offset 1: the value is not JSON",
  ],
  [
    "the newest of two foreign records",
    checkEnvelope,
    { records: [foreign, { ...foreign, offset: 2n }, stored(3)] },
    "fail",
    "offset 2",
  ],
  [
    "an old record",
    checkAge,
    { nowMs: startMs + 3 * 30_000 + 100_001 },
    "fail",
    "at most 100 s",
  ],
  [
    "a missing coin",
    checkCoins,
    { ids: ["bitcoin", "nope"] },
    "fail",
    "1 of 2 are in the newest record; missing: nope",
  ],
  ["coins of a foreign record", checkCoins, { records: [foreign] }, "skip", ""],
  ["a gap", checkGaps, { records: [stored(1), stored(3)] }, "fail", "1 to 3"],
  [
    "a wrong order",
    checkGaps,
    { records: [stored(1), stored(3), stored(2)] },
    "fail",
    "3 to 2",
  ],
  [
    "a duplicate",
    checkDuplicates,
    { records: [stored(1), stored(2), stored(2)] },
    "warn",
    "1 in the last 3",
  ],
  [
    "two producers in turn",
    checkWriters,
    {
      records: [
        stored(1),
        stored(1, { instance: other, id: other }),
        stored(2),
      ],
    },
    "fail",
    "2 producers",
  ],
  [
    "mixed sources",
    checkWriters,
    {
      records: [
        stored(1),
        stored(2, { system: "coingecko_simulator", instance: other }),
      ],
    },
    "warn",
    "mixed sources: coingecko_v3, coingecko_simulator",
  ],
  [
    "a stream that has just resumed",
    checkGrowth,
    {
      records: [stored(1), stored(2, { afterMs: 500_000 })],
      nowMs: startMs + 500_000,
    },
    "warn",
    "470 s apart",
  ],
  ["a first record", checkGrowth, { records: [stored(1)] }, "ok", "first"],
];

for (const [name, check, change, verdict, detail] of cases) {
  Deno.test(`\`${check.name}()\` sees ${name}`, () => {
    const found = check({ ...healthy, ...change });
    assertEquals(found.verdict, verdict);
    assertStringIncludes(found.detail, detail);
    assertEquals(
      found.next !== undefined,
      verdict === "fail" || verdict === "warn",
    );
  });
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
