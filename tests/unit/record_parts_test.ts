import { assert, assertEquals } from "@std/assert";
import { batchBytes } from "../../kafka/batch_size.ts";
import { splitRecord, uuid5 } from "../../producer/record_parts.ts";
import { parseEnvelope } from "../../tasks/verify/record_contract.ts";
import { coin, record, storedAt } from "../fakes/samples.ts";

function manyCoins(count: number) {
  const ids = Array.from({ length: count }, (_, n) => `coin-${n}-€`);
  const coins = Object.fromEntries(ids.map((id) => [id, coin("2.08e-06")]));
  return { ids, whole: record(7, { coins }) };
}

Deno.test("`uuid5()` is the one of RFC 9562", () => {
  const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  assertEquals(
    uuid5(dns, "www.example.com"),
    "2ed6657d-e927-568b-95e1-2665a8aea6a2",
  );
});

Deno.test("`splitRecord()` fills parts up to the limit, each a complete envelope", () => {
  const { ids, whole } = manyCoins(100);
  for (const limit of [1_000, 5_000, 10_000, batchBytes(whole) - 1]) {
    const parts = splitRecord(whole, limit) ?? [];
    const found = parts.flatMap(({ record, slots }) => {
      assert(batchBytes(record) <= limit, `${batchBytes(record)} > ${limit}`);
      const envelope = parseEnvelope(storedAt(record, 0, 0n));
      if (!envelope.ok) throw new Error(envelope.error);
      const coins = Object.keys(envelope.value);
      assertEquals(coins.length, slots);
      assertEquals(record.headers.ce_id, record.id);
      assertEquals(record.headers.sample, whole.id);
      assertEquals(record.headers.sequence, "7");
      return coins;
    });
    assertEquals(found, ids);
    const frame = batchBytes({ ...parts[0]!.record, value: "" }) + 200;
    const fewest = Math.ceil(batchBytes(whole) / (limit - frame));
    assert(limit === 1_000 || parts.length <= fewest, `${parts.length} parts`);
    const partIds = new Set(parts.map(({ record }) => record.id));
    assertEquals(partIds.size, parts.length);
    const sizes = parts.map(({ record }) => batchBytes(record));
    // One coin takes some 150 bytes.
    assert(Math.max(...sizes) - Math.min(...sizes) < 400, sizes.join());
    assert(parts.every(({ record }) => record.value.includes("2.08e-06")));
  }
});

Deno.test("`splitRecord()` gives the same parts each time, also of a part", () => {
  const { whole } = manyCoins(9);
  assertEquals(splitRecord(whole, 1_000), splitRecord(whole, 1_000));
  const halves = splitRecord(whole, batchBytes(whole)) ?? [];
  assertEquals(
    halves.map(({ record }) => record.headers.part),
    ["1-5/9", "6-9/9"],
  );
  const quarters = splitRecord(halves[1]!.record, 1e6) ?? [];
  assertEquals(
    quarters.map(({ record }) => record.headers.part),
    ["6-7/9", "8-9/9"],
  );
  assertEquals(quarters[0]?.record.headers.sample, whole.id);
});

Deno.test("`splitRecord()` refuses a single coin and what is not an envelope", () => {
  assertEquals(splitRecord(record(1), 10), undefined);
  const { whole } = manyCoins(2);
  for (const value of ["x", "[1,2]", '{"data":[1,2]}', '{"a":{"b":1}}']) {
    assertEquals(splitRecord({ ...whole, value }, 10), undefined);
  }
});
