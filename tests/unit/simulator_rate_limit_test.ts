import { assertEquals } from "@std/assert";
import { countRequest, freshWindow } from "../../tasks/simulator/rate_limit.ts";

function refusals(limit: number, times: readonly number[]) {
  let window = freshWindow;
  return times.map((nowMs) => {
    const counted = countRequest(window, limit, nowMs);
    window = counted.window;
    return counted.retryAfterSeconds;
  });
}

const t = 1_767_225_600_000;

Deno.test("`countRequest()` accepts requests up to the limit", () => {
  assertEquals(refusals(2, [t, t + 1, t + 2]), [undefined, undefined, 60]);
});

Deno.test("`countRequest()` returns the seconds until the minute ends", () => {
  const times = [t, t + 500, t + 1_000, t + 58_001, t + 59_999];
  assertEquals(refusals(1, times), [undefined, 60, 59, 2, 1]);
});

Deno.test("`countRequest()` restarts after a minute", () => {
  assertEquals(refusals(1, [t, t + 59_999, t + 60_000]), [
    undefined,
    1,
    undefined,
  ]);
});

Deno.test("`countRequest()` does not extend the minute for rejected requests", () => {
  const times = [t, t + 30_000, t + 59_000, t + 60_000];
  assertEquals(refusals(1, times).at(-1), undefined);
});

Deno.test("`countRequest()` accepts everything without a limit", () => {
  assertEquals(refusals(0, Array(1000).fill(t)).filter(Boolean), []);
});

Deno.test("`countRequest()` restarts when the clock is set back", () => {
  assertEquals(refusals(1, [t, t + 1, t - 3_600_000]), [
    undefined,
    60,
    undefined,
  ]);
});
