import { assertEquals } from "@std/assert";
import { failureReport, parseCounts } from "../../tasks/cli/test_output.ts";

Deno.test("`parseCounts()` reads the last line of `deno test`", () => {
  const green = "\x1b[0m\x1b[32mok\x1b[0m | 12 passed | 0 failed (1s)";
  assertEquals(parseCounts(green), { passed: 12, failed: 0, ignored: 0 });
  const red = "FAILED | 3 passed (2 steps) | 1 failed | 2 ignored (5ms)";
  assertEquals(parseCounts(red), { passed: 3, failed: 1, ignored: 2 });
  assertEquals(parseCounts("ok | nothing"), undefined);
});

Deno.test("`failureReport()` keeps the errors and the list of failures", () => {
  const output = [
    "good ... ok (1ms)",
    "bad ... FAILED (3ms)",
    "",
    "\x1b[1m\x1b[41m ERRORS \x1b[0m",
    "",
    "bad => ./bad_test.ts:2:6",
    "error: Error: 1 is not 2",
    "    at outerWrapped (ext:cli/40_test.js:239:14)",
    "    at file:///bad_test.ts:3:9",
    " FAILURES ",
    "bad => ./bad_test.ts:2:6",
    "FAILED | 1 passed | 1 failed (5ms)",
  ];
  const report = [
    "bad => ./bad_test.ts:2:6",
    "error: Error: 1 is not 2",
    "    at file:///bad_test.ts:3:9",
    " FAILURES",
    "bad => ./bad_test.ts:2:6",
    "FAILED | 1 passed | 1 failed (5ms)",
  ];
  assertEquals(failureReport(output, 80), report);
  assertEquals(failureReport(output, 4), [
    ...report.slice(0, 2),
    "[2 lines cut]",
    ...report.slice(-2),
  ]);
  // A run that was killed.
  assertEquals(failureReport(output.slice(0, 2), 1), [output[1]]);
});
