/**
 * Tells one process from another that got the same number later.
 *
 * @module
 */

import type { Run } from "./run_process.ts";
import type { Platform } from "./platform.ts";

/** A process as it is now. */
export interface ProcessMark {
  /** When it started, in the system's own words. */
  readonly started: string;
  /** Whether it is stopped by a signal (SIGSTOP). */
  readonly paused: boolean;
}

/**
 * Reads Linux's `/proc/<pid>/stat`.
 *
 * @returns `undefined` for a process that ended, also for one that nobody has
 * taken note of yet (a zombie).
 */
export function parseProcStat(text: string): ProcessMark | undefined {
  // The name stands in brackets and may hold blanks and brackets itself.
  const fields = text.slice(text.lastIndexOf(")") + 1).trim().split(/\s+/);
  const [state = ""] = fields;
  const started = fields[19];
  if (started === undefined || /^[ZXx]/.test(state)) return undefined;
  return { started, paused: /^[Tt]/.test(state) };
}

/** Reads `ps -o state=,lstart= -p <pid>`, see {@linkcode parseProcStat}. */
export function parsePs(text: string): ProcessMark | undefined {
  const match = /^\s*(\S+)\s+(\S.*?)\s*$/m.exec(text);
  const [, state = "", started] = match ?? [];
  if (started === undefined || state.startsWith("Z")) return undefined;
  return { started, paused: state.startsWith("T") };
}

/**
 * Reads `tasklist /FO CSV /NH`. It does not tell a process's start, so the
 * program's name has to do.
 */
export function parseTasklist(text: string): ProcessMark | undefined {
  const name = /^"([^"]+)","\d+"/m.exec(text)?.[1];
  return name === undefined ? undefined : { started: name, paused: false };
}

/** Asks the system about a process; `undefined` when there is none. */
export async function processMark(
  pid: number,
  platform: Platform,
  run: Run,
): Promise<ProcessMark | undefined> {
  switch (platform) {
    case "linux":
    case "android": {
      // Deno itself may read /proc only with every permission there is.
      const { stdout } = await run("cat", [`/proc/${pid}/stat`]);
      return parseProcStat(stdout);
    }
    case "windows": {
      const filter = ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"];
      return parseTasklist((await run("tasklist", filter)).stdout);
    }
    default: {
      const columns = ["-o", "state=,lstart=", "-p", String(pid)];
      const { stdout } = await run("ps", columns, { env: { LC_ALL: "C" } });
      return parsePs(stdout);
    }
  }
}
