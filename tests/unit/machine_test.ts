import { assertEquals } from "@std/assert";
import { cpuSecondsOf, megabytesOf } from "../../bench/machine.ts";

Deno.test("`cpuSecondsOf()` reads a process whose name contains parentheses", () => {
  const stat = "12 (a) b (x)) S 1 12 12 0 -1 4194560 9 0 0 0 150 25 0 0 20 0";
  assertEquals(cpuSecondsOf(stat), 1.75);
});

Deno.test("`megabytesOf()` reads a line of `/proc/PID/status`", () => {
  const status = "Name:\tdeno\nVmHWM:\t   98000 kB\nVmRSS:\t   62500 kB\n";
  assertEquals(megabytesOf(status, "VmRSS"), 64);
  assertEquals(megabytesOf(status, "VmHWM"), 100.352);
  assertEquals(megabytesOf(status, "VmSwap"), NaN);
});
