import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseFlags } from "../../tasks/cli/command.ts";
import { beginsErrors, parseCounts } from "../../tasks/test_report.ts";

// Runs on whichever package is installed, the real one or the stand-in.
Deno.test("`parseFlags()` is strict", () => {
  const spec = {
    boolean: ["json"],
    string: ["wait"],
    alias: { j: "json" },
    words: 1,
  };
  const flags = parseFlags(["kafka", "-j", "--wait=60s"], spec);
  assertEquals(
    [flags.has("json"), flags.value("wait"), flags.words],
    [true, "60s", ["kafka"]],
  );
  assertEquals(parseFlags([], spec).value("wait"), undefined);
  const refused: [string[], string][] = [
    [["--nope"], "unknown flag --nope"],
    [["--wait"], "--wait needs a value"],
    [["--wait="], "--wait needs a value"],
    [["a", "b"], 'unexpected word "b"'],
  ];
  for (const [args, part] of refused) {
    assertThrows(() => parseFlags(args, spec), UsageError, part);
  }
});

Deno.test("what the test runner prints is read: its errors, its last line", () => {
  assertEquals(beginsErrors("\x1b[0m\x1b[1m\x1b[41m ERRORS \x1b[0m"), true);
  assertEquals(beginsErrors("[producer] ERROR ERRORS of late"), false);
  const green = "\x1b[0m\x1b[32mok\x1b[0m | 12 passed | 0 failed (1s)";
  assertEquals(parseCounts(green), { passed: 12, failed: 0 });
  const red = "FAILED | 3 passed (2 steps) | 1 failed | 2 ignored (5ms)";
  assertEquals(parseCounts(red), { passed: 3, failed: 1 });
  assertEquals(parseCounts("ok | nothing"), undefined);
});
