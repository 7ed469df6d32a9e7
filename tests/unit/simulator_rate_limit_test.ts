import { assertEquals } from "@std/assert";
import { countRequest, freshWindow } from "../../tasks/simulator/rate_limit.ts";

const none = undefined;
const rows: readonly (readonly [
  label: string,
  limit: number,
  timesMs: readonly number[],
  retryAfter: readonly (number | undefined)[],
])[] = [
  ["accepts requests up to the limit", 2, [0, 1, 2], [none, none, 60]],
  [
    "returns the seconds until the minute ends",
    1,
    [0, 500, 1_000, 58_001, 59_999],
    [none, 60, 59, 2, 1],
  ],
  ["restarts after a minute", 1, [0, 59_999, 60_000], [none, 1, none]],
  [
    "does not extend the minute for rejected requests",
    1,
    [0, 30_000, 59_000, 60_000],
    [none, 30, 1, none],
  ],
  ["accepts everything without a limit", 0, Array(99).fill(0), Array(99)],
  [
    "restarts when the clock is set back",
    1,
    [0, 1, -3_600_000],
    [none, 60, none],
  ],
];
for (const [label, limit, timesMs, retryAfter] of rows) {
  Deno.test(`\`countRequest()\` ${label}`, () => {
    let window = freshWindow;
    const seen = timesMs.map((ms) => {
      const counted = countRequest(window, limit, 1_767_225_600_000 + ms);
      window = counted.window;
      return counted.retryAfterSeconds;
    });
    assertEquals(seen, [...retryAfter]);
  });
}
