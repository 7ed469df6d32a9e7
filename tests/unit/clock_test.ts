import { assertEquals } from "@std/assert";
import { systemClock } from "../../lib/clock.ts";

Deno.test("`systemClock.sleep()` gives no timer a negative time", async () => {
  const original = globalThis.setTimeout;
  const asked: (number | undefined)[] = [];
  globalThis.setTimeout = ((work: () => void, ms?: number) => {
    asked.push(ms);
    return original(work, 0);
  }) as typeof setTimeout;
  try {
    const { signal } = new AbortController();
    await systemClock.sleep(-114.5, signal);
    await systemClock.sleep(3, signal);
  } finally {
    globalThis.setTimeout = original;
  }
  assertEquals(asked, [0, 3]);
});
