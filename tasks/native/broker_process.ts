/**
 * The broker's process: known by its pid and its start time, since a pid alone
 * may belong to somebody else by now.
 *
 * @module
 */

import type { Run } from "../stack/process.ts";
import type { Platform } from "./platform.ts";

/** What is kept about a started broker. */
export interface BrokerRecord {
  /** Its process. */
  readonly pid: number;
  /** When the process began, in the platform's own words. */
  readonly begun: string;
  /** The port for clients. */
  readonly port: number;
}

/** Reads a kept record; `undefined` for text that is none. */
export function parseRecord(text: string): BrokerRecord | undefined {
  try {
    const { pid, begun, port } = JSON.parse(text);
    return Number.isInteger(pid) && pid > 1 && Number.isInteger(port) &&
        typeof begun === "string"
      ? { pid, begun, port }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * State and start time in Linux's `/proc/PID/stat`. The second field is the
 * program's name in parentheses and may hold anything.
 */
export function parseProcStat(
  text: string,
): { state: string; begun: string } | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, begun] = [fields[0], fields[19]];
  return state && begun ? { state, begun } : undefined;
}

/** When a process began, or `undefined` when it does not run. */
export async function processBegun(
  run: Run,
  platform: Platform,
  pid: number,
): Promise<string | undefined> {
  if (platform === "linux") {
    // Deno itself opens /proc only for programs that may do everything.
    const stat = parseProcStat(
      (await run("cat", [`/proc/${pid}/stat`])).stdout,
    );
    // A zombie has ended; it only waits for its parent to look.
    return stat?.state === "Z" ? undefined : stat?.begun;
  }
  const { stdout } = platform === "darwin"
    ? await run("ps", ["-o", "lstart=", "-p", String(pid)])
    : await run("powershell", [
      "-NoProfile",
      "-Command",
      `(Get-Process -Id ${pid} -ErrorAction SilentlyContinue).StartTime.Ticks`,
    ]);
  return stdout.trim() || undefined;
}

/** Whether the recorded broker still runs. */
export async function isAlive(
  run: Run,
  platform: Platform,
  record: BrokerRecord,
): Promise<boolean> {
  return await processBegun(run, platform, record.pid) === record.begun;
}
