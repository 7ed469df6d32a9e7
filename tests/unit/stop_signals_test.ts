import { assertEquals } from "@std/assert";
import { createStopJudge, stopSignals } from "../../lib/stop_signals.ts";

Deno.test("`createStopJudge()` counts the several signals of a Ctrl-C as one", () => {
  let now = 0;
  const judge = createStopJudge(() => now);
  assertEquals(judge("SIGINT"), "stop");
  assertEquals(judge("SIGINT"), "same");
  assertEquals(judge("SIGHUP"), "same");
  now = 1001;
  assertEquals(judge("SIGTERM"), "same");
  assertEquals(judge("SIGINT"), "now");
});

Deno.test("`stopSignals()` includes Ctrl-Break on Windows", () => {
  assertEquals(stopSignals("windows").includes("SIGBREAK"), true);
  assertEquals(stopSignals("linux"), ["SIGINT", "SIGTERM", "SIGHUP"]);
});
