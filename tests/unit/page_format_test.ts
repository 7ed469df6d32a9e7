import { assertEquals } from "@std/assert";
import {
  compareDecimals,
  fractionDigits,
  isDecimal,
} from "../../lakehouse/page/assets/decimal.js";
import { createFormat, duration } from "../../lakehouse/page/assets/format.js";
import { fieldTime } from "../../lakehouse/page/assets/moment_field.js";

const english = createFormat("en-US");
const german = createFormat("de-DE");

Deno.test("numbers keep each digit, in the reader's notation", () => {
  const rows: readonly [string, string, string][] = [
    ["91301.4", "91,301.40", "91.301,40"],
    ["91301", "91,301.00", "91.301,00"],
    ["0.00000123", "0.00000123", "0,00000123"],
    // Each of these loses digits in a double.
    ["0.123456789012345678", "0.123456789012345678", "0,123456789012345678"],
    [
      "12345678901234567890.123456789012345678",
      "12,345,678,901,234,567,890.123456789012345678",
      "12.345.678.901.234.567.890,123456789012345678",
    ],
    ["2.200000000000000000", "2.20", "2,20"],
  ];
  for (const [text, inEnglish, inGerman] of rows) {
    assertEquals(english.price(text), inEnglish);
    assertEquals(german.price(text), inGerman);
  }
  assertEquals(english.price("1e5"), "1e5");
  assertEquals(english.exact("1204553"), "1,204,553");
  assertEquals(german.count(1_204_553), "1.204.553");
});

Deno.test("changes have a sign, large sums are short, sizes have a unit", () => {
  assertEquals(english.percent("3.984999"), "+3.98%");
  assertEquals(english.percent("-11.145"), "-11.15%");
  assertEquals(english.percent("0"), "0.00%");
  assertEquals(german.percent("-0.5").replaceAll("\u00a0", " "), "-0,50 %");
  assertEquals(english.compact("1821464329"), "1.82B");
  assertEquals(
    german.compact("1821464329").replaceAll("\u00a0", " "),
    "1,82 Mrd.",
  );
  assertEquals(english.bytes(48_212_331), "48.2 MB");
  assertEquals(english.bytes(999), "999 B");
  assertEquals(english.axis(0.000012, 6), "0.000012");
});

Deno.test("times are those of UTC, wherever the reader is", () => {
  const time = "2026-11-25T21:14:07Z";
  assertEquals(
    english.moment(time).replaceAll(/\s/g, " "),
    "Nov 25, 2026, 9:14:07 PM UTC",
  );
  assertEquals(german.moment(time), "25.11.2026, 21:14:07 UTC");
  assertEquals(german.clock(time), "21:14:07");
  assertEquals(english.longDay(time), "Nov 25, 2026");
});

Deno.test("duration() is in the largest unit that fits", () => {
  const rows: readonly [number, string][] = [
    [-5, "0 seconds"],
    [999, "0 seconds"],
    [1_000, "1 second"],
    [59_999, "59 seconds"],
    [60_000, "1 minute"],
    [7_199_000, "1 hour"],
    [3 * 86_400_000, "3 days"],
  ];
  for (const [ms, text] of rows) assertEquals(duration(ms), text);
});

Deno.test("compareDecimals() compares as numbers, also beyond a double", () => {
  const sorted = [
    null,
    "-10",
    "-2.5",
    "-0.000000000000000001",
    "0",
    "0.00000123",
    "0.0000013",
    "9",
    "10.50",
    "9007199254740993",
    "9007199254740993.1",
  ];
  for (const [at, a] of sorted.entries()) {
    for (const [index, b] of sorted.entries()) {
      assertEquals(
        Math.sign(compareDecimals(a, b)),
        Math.sign(at - index),
        `${a} and ${b}`,
      );
    }
  }
  assertEquals(compareDecimals("1.50", "1.5"), 0);
  assertEquals(fractionDigits("1.500"), 1);
  assertEquals(["1", "-1.5", "1.", "x", "1e5", 1].map(isDecimal), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

Deno.test("fieldTime() reads a field of date and time as UTC", () => {
  assertEquals(fieldTime("2026-11-25T21:14"), "2026-11-25T21:14:00Z");
  assertEquals(fieldTime("2026-11-25T21:14:07"), "2026-11-25T21:14:07Z");
  assertEquals(fieldTime(""), undefined);
  assertEquals(fieldTime("2026-11-25"), undefined);
});
