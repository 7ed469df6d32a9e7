import { assertEquals } from "@std/assert";
import { parseCounts } from "../../tasks/test.ts";

Deno.test("`parseCounts()` reads the last line of `deno test`", () => {
  const green = "\x1b[0m\x1b[32mok\x1b[0m | 12 passed | 0 failed (1s)";
  assertEquals(parseCounts(green), { passed: 12, failed: 0, ignored: 0 });
  const red = "FAILED | 3 passed (2 steps) | 1 failed | 2 ignored (5ms)";
  assertEquals(parseCounts(red), { passed: 3, failed: 1, ignored: 2 });
  assertEquals(parseCounts("ok | nothing"), undefined);
});
