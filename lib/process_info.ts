// Facts of this process. They need no permission.

import process from "node:process";

/** Facts of a process, for metrics. */
export interface ProcessFacts {
  /** Start time, ms since 1970. */
  readonly startedMs: number;
  /** Resident memory, in bytes. */
  residentBytes(): number;
  /** Processor time so far, user and system, in seconds. */
  cpuSeconds(): number;
}

/** This process. */
export const thisProcess: ProcessFacts = {
  startedMs: performance.timeOrigin,
  residentBytes: () => Deno.memoryUsage().rss,
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};
