import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseFlags } from "../../tasks/cli/command.ts";

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
  const rejected: [string[], string][] = [
    [["--nope"], "unknown flag --nope"],
    [["--wait"], "--wait needs a value"],
    [["--wait="], "--wait needs a value"],
    [["a", "b"], 'unexpected argument "b"'],
  ];
  for (const [args, part] of rejected) {
    assertThrows(() => parseFlags(args, spec), UsageError, part);
  }
});
