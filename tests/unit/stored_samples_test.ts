import { assertEquals, assertStringIncludes } from "@std/assert";
import { placeOf } from "../../producer/envelope.ts";
import { splitRecord } from "../../producer/record_parts.ts";
import {
  checkCoins,
  checkDuplicates,
  checkEnvelope,
  checkGaps,
  checkGrowth,
} from "../../tasks/verify/record_checks.ts";
import { healthy } from "../fakes/observations.ts";
import { coin, record, stored, storedAt } from "../fakes/samples.ts";

const ids = Array.from({ length: 9 }, (_, n) => `coin-${n}`);
const coins = Object.fromEntries(ids.map((id) => [id, coin("1.5")]));

function partsOf(sequence: number, at: bigint) {
  return (splitRecord(record(sequence, { coins }), 1_100) ?? [])
    .map(({ record }, index) => storedAt(record, 0, at + BigInt(index)));
}

const records = [stored(1, { coins }), ...partsOf(2, 2n), ...partsOf(3, 9n)];

Deno.test("verify accepts samples of several records", () => {
  const observed = { ...healthy, ids, records };
  for (const check of [checkEnvelope, checkGaps, checkDuplicates]) {
    assertEquals(check(observed).verdict, "ok", check(observed).detail);
  }
  assertStringIncludes(checkGrowth(observed).detail, "30 s apart");
  const parts = partsOf(2, 2n).length;
  assertEquals(
    checkCoins(observed).detail,
    `9 of 9 are in the newest sample, which is ${parts} records`,
  );
  // The last part is still on its way.
  const cut = { ...observed, records: records.slice(0, -1) };
  assertEquals(checkCoins(cut).verdict, "ok");
  const alone = { ...observed, records: records.slice(-1) };
  assertEquals(checkCoins(alone).verdict, "skip");
});

Deno.test("verify names a part that is not what its header says", () => {
  const [part] = partsOf(2, 2n);
  if (part === undefined) throw new Error("no parts");
  for (
    const [headers, problem] of [
      [{ part: "1-2/9" }, 'header part is "1-2/9"'],
      [{ part: "2-1/9" }, 'header part is "2-1/9"'],
      [{ part: "x" }, 'header part is "x"'],
      [{ sample: "x" }, 'header sample is "x"'],
    ] as const
  ) {
    const wrong = { ...part, headers: { ...part.headers, ...headers } };
    const { verdict, detail } = checkEnvelope({ ...healthy, records: [wrong] });
    assertEquals(verdict, "fail");
    assertStringIncludes(detail, problem);
  }
});

Deno.test("`placeOf()` reads the header `part`", () => {
  assertEquals(placeOf("3-5/9"), { from: 3, to: 5, all: 9 });
  for (const wrong of [undefined, "", "0-5/9", "5-3/9", "3-10/9", "3-5"]) {
    assertEquals(placeOf(wrong), undefined);
  }
});
