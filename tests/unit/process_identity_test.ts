import { assertEquals } from "@std/assert";
import {
  parseProcStat,
  parsePs,
  parseTasklist,
  processMark,
} from "../../tasks/host/process_identity.ts";
import type { Run } from "../../tasks/host/run_process.ts";

function stat(state: string, name = "(java)") {
  return `812 ${name} ${state} 1 812 812 0 -1 4194560 39863 543384 0 660 323 1207 ` +
    "1562 827 20 0 13 0 112233 43880448 3406 18446744073709551615 1 1 0\n";
}

Deno.test("`parseProcStat()` reads the start time", () => {
  const expected = { started: "112233", paused: false };
  assertEquals(parseProcStat(stat("S")), expected);
  assertEquals(parseProcStat(stat("R", "(a) b (c 1 2)")), expected);
});

Deno.test("`parseProcStat()` distinguishes paused from exited", () => {
  assertEquals(parseProcStat(stat("T")), { started: "112233", paused: true });
  assertEquals(parseProcStat(stat("Z")), undefined);
  assertEquals(parseProcStat(""), undefined);
});

Deno.test("`parsePs()` reads macOS's columns", () => {
  const text = "Ss   Tue Nov 24 06:22:08 2026    \n";
  const started = "Tue Nov 24 06:22:08 2026";
  assertEquals(parsePs(text), { started, paused: false });
  assertEquals(parsePs(text.replace("Ss", "T ")), { started, paused: true });
  assertEquals(parsePs(text.replace("Ss", "Z ")), undefined);
  assertEquals(parsePs(""), undefined);
});

Deno.test("`parseTasklist()` reads Windows' line", () => {
  assertEquals(
    parseTasklist('"java.exe","6120","Console","1","201,000 K"\r\n'),
    { started: "java.exe", paused: false },
  );
  const none = "INFO: No tasks are running which match the criteria.\r\n";
  assertEquals(parseTasklist(none), undefined);
});

Deno.test("`processMark()` uses the tool of each platform", async () => {
  const asked: string[] = [];
  const run: Run = (program, args) => {
    asked.push([program, ...args].join(" "));
    return Promise.resolve({ code: 1, stdout: "", stderr: "" });
  };
  for (const platform of ["linux", "darwin", "windows"] as const) {
    assertEquals(await processMark(812, platform, run), undefined);
  }
  assertEquals(asked, [
    "cat /proc/812/stat",
    "ps -o state=,lstart= -p 812",
    "tasklist /FI PID eq 812 /FO CSV /NH",
  ]);
});
