import { assertEquals } from "@std/assert";
import { TextColumn, timeRange } from "../../lakehouse/lake/text_column.ts";
import { isoTime } from "../../lakehouse/lake/value_text.ts";

function bytesOf(value: bigint): DataView {
  const view = new DataView(new ArrayBuffer(16));
  view.setBigUint64(0, BigInt.asUintN(64, value), true);
  view.setBigInt64(8, value >> 64n, true);
  return view;
}

/** By BigInt: other code than the one under test. */
function decimalText(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const sign = value < 0n ? "-" : "";
  return scale === 0
    ? sign + whole
    : `${sign}${whole}.${digits.slice(digits.length - scale)}`;
}

/** Both sides of each power of two and of ten, and digits of all kinds. */
function numbers(): bigint[] {
  const edges = [
    ...Array.from({ length: 127 }, (_, power) => 2n ** BigInt(power)),
    ...Array.from({ length: 39 }, (_, power) => 10n ** BigInt(power)),
  ].flatMap((edge) => [edge - 1n, edge, edge + 1n]);
  const mixed: bigint[] = [];
  let seed = 1n;
  for (let length = 1; length <= 38; length++) {
    for (let times = 0; times < 20; times++) {
      seed = seed * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n;
      seed = BigInt.asUintN(128, seed);
      mixed.push(seed % 10n ** BigInt(length));
    }
  }
  const all = [...edges, ...mixed];
  return [...all, ...all.map((value) => -value)];
}

Deno.test("TextColumn prints every digit of a DECIMAL", () => {
  const column = new TextColumn();
  for (const scale of [0, 1, 5, 6, 7, 8, 18, 37, 38]) {
    const values = numbers();
    for (const value of values) column.addDecimal(bytesOf(value), 0, scale);
    assertEquals(
      column.take(),
      values.map((value) => decimalText(value, scale)),
    );
  }
});

Deno.test("TextColumn prints times as isoTime() does", () => {
  const day = 86_400_000_000;
  const times = [
    timeRange.from,
    1,
    999_999,
    1_000_000,
    day - 1,
    day,
    // Leap days, and another one before the last.
    Date.UTC(2000, 1, 29) * 1_000 + 1_500_000,
    Date.UTC(2024, 1, 29, 23, 59, 59) * 1_000 + 20,
    1_764_758_514_000_100,
    day,
    timeRange.to - 1,
    timeRange.to,
  ];
  const column = new TextColumn();
  for (const time of times) column.addTime(time);
  assertEquals(column.take(), times.map((time) => isoTime(BigInt(time)) ?? ""));
});

Deno.test("TextColumn keeps the order, and grows", () => {
  const column = new TextColumn();
  const expected: (string | null)[] = [];
  for (let count = 0; count < 5_000; count++) {
    column.addDecimal(bytesOf(BigInt(count)), 0, 18);
    column.addNull();
    column.addTime(count * 1_000_000);
    column.addText("infinity");
    expected.push(
      decimalText(BigInt(count), 18),
      null,
      isoTime(BigInt(count) * 1_000_000n) ?? "",
      "infinity",
    );
  }
  assertEquals(column.take(), expected);
  column.addText("x".repeat(1_000_000));
  assertEquals(column.take(), ["x".repeat(1_000_000)]);
  assertEquals(column.take(), []);
});
