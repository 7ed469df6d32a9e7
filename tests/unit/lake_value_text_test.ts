import { assertEquals } from "@std/assert";
import { doubleText, isoTime } from "../../lakehouse/lake/value_text.ts";

Deno.test("isoTime() keeps microseconds and says UTC", () => {
  const rows: [bigint, string | undefined][] = [
    [0n, "1970-01-01T00:00:00Z"],
    [1_764_758_514_000_001n, "2025-12-03T10:41:54.000001Z"],
    [-1n, "1969-12-31T23:59:59.999999Z"],
    [2n ** 63n - 1n, undefined],
  ];
  for (const [micros, expected] of rows) {
    assertEquals(isoTime(micros), expected);
  }
});

Deno.test("doubleText() prints as DuckDB does", () => {
  const rows: [number, string][] = [
    [1, "1.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [1e30, "1e+30"],
    [NaN, "nan"],
    [-Infinity, "-inf"],
  ];
  for (const [value, expected] of rows) {
    assertEquals(doubleText(value), expected);
  }
});
