// What the figures depend on: the machine, its load, what a process uses. Reads
// `/proc`, so it needs Linux.

import { findJava } from "../tasks/stack/native/java.ts";
import { run } from "../tasks/host/run_process.ts";

/** By `cat`: Deno itself opens `/proc` only with all permissions. */
async function readProc(path: string): Promise<string> {
  const { code, stdout } = await run("cat", [`/proc/${path}`]);
  if (code !== 0) throw new Error(`cannot read /proc/${path}`);
  return stdout;
}

/** A line about the machine and one about its load. */
export async function machineLines(): Promise<string[]> {
  const cpus = await readProc("cpuinfo");
  const model = /^model name\s*: (.+)$/m.exec(cpus)?.[1] ?? "unknown processor";
  const { total } = Deno.systemMemoryInfo();
  const java = await findJava(run, (name) => Deno.env.get(name), "linux");
  const load = Deno.loadavg().map((value) => value.toFixed(2)).join(", ");
  return [
    `machine    ${navigator.hardwareConcurrency} x ${model}, ` +
    `${(total / 1e9).toFixed(0)} GB, Linux ${Deno.osRelease()}, ` +
    `Deno ${Deno.version.deno}, Java ${java.text}`,
    `load       ${load} (1, 5, 15 min before the run; compare figures only below 0.3)`,
  ];
}

/** CPU seconds in the text of `/proc/PID/stat`. */
export function cpuSecondsOf(stat: string): number {
  // The name in parentheses may contain spaces; utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Megabytes in a line of `/proc/PID/status`. */
export function megabytesOf(status: string, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status);
  return Number(line?.[1]) * 1024 / 1e6;
}

/** What a process used so far; memory in megabytes (10^6 bytes). */
export async function usageOf(pid: number) {
  const [stat, status] = await Promise.all([
    readProc(`${pid}/stat`),
    readProc(`${pid}/status`),
  ]);
  return {
    cpuSeconds: cpuSecondsOf(stat),
    residentMb: megabytesOf(status, "VmRSS"),
    peakMb: megabytesOf(status, "VmHWM"),
  };
}
