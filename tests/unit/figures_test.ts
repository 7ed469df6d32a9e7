import { assertEquals } from "@std/assert";
import {
  median,
  medianText,
  quantile,
  spreadText,
} from "../../bench/figures.ts";

Deno.test("`quantile()` uses the nearest rank, of values in any order", () => {
  const values = [5, 1, 4, 2, 3];
  assertEquals(quantile(values, 0), 1);
  assertEquals(quantile(values, 0.5), 3);
  assertEquals(quantile(values, 0.99), 5);
  assertEquals(quantile(values, 1), 5);
  assertEquals(values, [5, 1, 4, 2, 3], "the caller's array is not sorted");
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  assertEquals(quantile(hundred, 0.99), 99);
  assertEquals(quantile([], 0.5), NaN);
});

Deno.test("`median()` is the middle, or the mean of the middle two", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 3, 2]), 2.5);
});

Deno.test("figures as text include the number of values", () => {
  assertEquals(
    medianText([1200.4, 900, 35_000], "records/s"),
    "median 1,200 records/s of 3 (900, 1,200, 35,000)",
  );
  assertEquals(
    spreadText([0.25, 0.75, 12], 2),
    "p50 0.75 ms, p99 12.00 ms, max 12.00 ms of 3",
  );
});
