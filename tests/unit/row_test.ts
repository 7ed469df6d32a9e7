import { assertEquals } from "@std/assert";
import { utf8Length } from "../../lib/utf8.ts";
import { isUsable, rowOf, waitingOf } from "../../producer/outbox/row.ts";
import { record } from "../fakes/samples.ts";

for (
  const [text, length] of [
    ["", 0],
    ["price", 5],
    ["\u00e9", 2],
    ["\u20ac", 3],
    ["\u{1f600}", 4],
    ["\u20ac".repeat(1_000), 3_000],
    ["\u20ac".repeat(100_000), 300_000],
  ] as const
) {
  Deno.test(`utf8Length() of ${text.length} UTF-16 units is ${length}`, () => {
    assertEquals(utf8Length(text), length);
  });
}

Deno.test("rowOf() counts the bytes of key, value and headers", () => {
  const made = { ...record(1), key: "k\u00e9", value: '"\u20ac"' };
  const row = rowOf(7, { ...made, headers: { name: "\u{1f600}" } });
  // {"name":"😀"}
  assertEquals([row.seq, row.bytes], [7, 3 + 5 + 15]);
});

Deno.test("waitingOf() gives back the record of rowOf(), with its bytes", () => {
  const row = rowOf(7, record(1));
  const { seq, bytes } = row;
  assertEquals(waitingOf(row), { seq, bytes, record: record(1) });
});

for (
  const [name, change, expected] of [
    ["intact", {}, true],
    ["with a value that is not JSON", { value: "{" }, false],
    ["with headers that are not JSON", { headers: "{" }, false],
    ["without an id", { id: null }, false],
    ["with a fractional timestamp", { timestamp_ms: 1.5 }, false],
  ] as const
) {
  Deno.test(`isUsable(): a row ${name}: ${expected}`, () => {
    assertEquals(isUsable({ ...rowOf(1, record(1)), ...change }), expected);
  });
}
