// Distinguishes a process from a later one with the same pid.

import type { Run } from "./run_process.ts";
import type { Platform } from "./platform.ts";

export interface ProcessMark {
  readonly started: string;
  /** Whether a signal (SIGSTOP) has paused it. */
  readonly paused: boolean;
}

/**
 * Linux's `/proc/<pid>/stat`; `undefined` for an exited process, zombies
 * included.
 */
export function parseProcStat(text: string): ProcessMark | undefined {
  // The name is in parentheses and may contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 1).trim().split(/\s+/);
  const [state = ""] = fields;
  const started = fields[19];
  if (started === undefined || /^[ZXx]/.test(state)) return undefined;
  return { started, paused: /^[Tt]/.test(state) };
}

/** `ps -o state=,lstart= -p <pid>`; `undefined` likewise. */
export function parsePs(text: string): ProcessMark | undefined {
  const match = /^\s*(\S+)\s+(\S.*?)\s*$/m.exec(text);
  const [, state = "", started] = match ?? [];
  if (started === undefined || state.startsWith("Z")) return undefined;
  return { started, paused: state.startsWith("T") };
}

/**
 * `tasklist /FO CSV /NH` has no start time, so the program's name has to do.
 */
export function parseTasklist(text: string): ProcessMark | undefined {
  const name = /^"([^"]+)","\d+"/m.exec(text)?.[1];
  return name === undefined ? undefined : { started: name, paused: false };
}

export async function processMark(
  pid: number,
  platform: Platform,
  run: Run,
): Promise<ProcessMark | undefined> {
  switch (platform) {
    case "linux":
    case "android": {
      // Deno reads /proc only with all permissions granted.
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
