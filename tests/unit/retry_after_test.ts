import { assertEquals } from "@std/assert";
import { retryAfterMs } from "../../producer/sources/retry_after.ts";

Deno.test("`retryAfterMs()` parses seconds and dates and clamps them", () => {
  const now = Date.parse("2025-12-03T10:42:30Z");
  const cases: [string | null, number][] = [
    ["7", 7000],
    ["119", 119_000],
    ["0", 1000],
    ["-5", 1000],
    ["99999999999", 900_000],
    ["Wed, 03 Dec 2025 10:43:00 GMT", 30_000],
    ["Wed, 03 Dec 2025 10:00:00 GMT", 1000],
    ["Wed, 03 Dec 2035 10:00:00 GMT", 900_000],
    ["Wednesday, 03-Dec-25 10:43:00 GMT", 30_000],
    ["Wed Dec  3 10:43:00 2025", 30_000],
    ["Wed, 03 Dec 2025 10:43:00", 60_000],
    ["2025-12-03T10:43:00Z", 60_000],
    ["1e3", 60_000],
    ["9".repeat(400), 900_000],
    ["soon", 60_000],
    ["7 apples", 60_000],
    ["", 60_000],
    [null, 60_000],
  ];
  for (const [header, ms] of cases) {
    assertEquals(retryAfterMs(header, now), ms, String(header));
  }
});
