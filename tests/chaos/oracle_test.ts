import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Dumped, judge, type Life, type Verdict } from "./oracle.ts";
import { chosenSeed, seeded, withSeed } from "./seed.ts";

function body(life: number, n: number) {
  return `{"bitcoin":{"usd":${life}.${n}}}`;
}

function life(number: number, served: number, rest: Partial<Life> = {}): Life {
  return {
    stream: "one",
    instance: `life-${number}`,
    served: Array.from({ length: served }, (_, n) => body(number, n + 1)),
    polled: 0,
    ...rest,
  };
}

function topic(...records: readonly (readonly [number, number])[]): Dumped[] {
  return records.map(([number, n], at) => ({
    partition: 0,
    offset: BigInt(at),
    value: `{"status":"success","data":${body(number, n)},` +
      '"api_call_timestamp":"t","http_status_code":200}',
    headers: {
      ce_id: `${number}-${n}`,
      instance: `life-${number}`,
      sequence: String(n),
    },
  }));
}

function faults(verdict: Verdict): string[] {
  const kinds = ["lost", "duplicated", "outOfOrder", "unexpected"] as const;
  return kinds.flatMap((kind) => verdict[kind].map(() => kind));
}

const whole = topic([1, 1], [1, 2], [2, 1], [2, 2]);
const lives = [life(1, 3), life(2, 2)];

const another = { ...whole[3]!.headers, ce_id: "another" };
const first = { ...whole[3]!, headers: { ...another, sequence: "1" } };
const mixed = topic([1, 1], [2, 1], [1, 2], [2, 2]);
const rows: [string, Life[], Dumped[], ...string[]][] = [
  ["all is there but the last response", lives, whole],
  ["nothing was polled", [life(1, 0)], []],
  ["one in the middle is missing", lives, whole.toSpliced(0, 1), "lost"],
  [
    "the last of a life, which it reported, is missing",
    [life(1, 3, { polled: 3 }), life(2, 2)],
    whole,
    "lost",
  ],
  [
    "a life that was served nothing reports a poll",
    [life(1, 0, { polled: 1 })],
    [],
    "lost",
  ],
  ["one is there twice", lives, [...whole, whole[3]!], "duplicated"],
  ["two are swapped", lives, mixed, "outOfOrder"],
  [
    "two streams may be mixed",
    [life(1, 3), life(2, 2, { stream: "b" })],
    mixed,
  ],
  [
    "a record that was not served",
    lives,
    [...whole, ...topic([2, 3])],
    "unexpected",
  ],
  [
    "a record of an unknown instance",
    lives,
    [...whole, ...topic([3, 1])],
    "unexpected",
  ],
  [
    "the sequence of another response",
    lives,
    whole.with(3, first),
    "unexpected",
  ],
  [
    "a duplicate under another ce_id",
    lives,
    [...whole, { ...whole[3]!, headers: another }],
    "duplicated",
    "unexpected",
  ],
];
for (const [name, seen, records, ...expected] of rows) {
  Deno.test(`judge(): ${name}`, () => {
    assertEquals(faults(judge(seen, records)), expected);
  });
}

Deno.test("judge() rejects equal responses", () => {
  assertThrows(
    () => judge([life(1, 2), life(1, 2)], []),
    Error,
    "two responses are equal: records cannot be distinguished",
  );
});

Deno.test("seeded() repeats its numbers, and draws others for another name", () => {
  const draw = (seed: number, name: string) => {
    const random = seeded(seed, name);
    return Array.from({ length: 20 }, () => random.whole(1, 1_000));
  };
  assertEquals(draw(7, "kill"), draw(7, "kill"));
  const all = new Set([draw(7, "kill"), draw(8, "kill"), draw(7, "move")]
    .map(String));
  assertEquals(all.size, 3);
  const random = seeded(1, "dice");
  const dice = Array.from({ length: 600 }, () => random.whole(1, 6));
  assertEquals([...new Set(dice)].sort(), [1, 2, 3, 4, 5, 6]);
  assertThrows(() => chosenSeed("4294967296"), Error, "4294967296");
  assertEquals(chosenSeed("0"), 0);
});

Deno.test("withSeed() puts the seed before what failed", async () => {
  const cause = new Error("lost");
  const error = await assertRejects(
    () => withSeed(7, () => Promise.reject(cause)),
    Error,
    "CHAOS_SEED=7",
  );
  assertEquals(error.cause, cause);
});
