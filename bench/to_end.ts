// What a process takes from its spawn to its end.

import { delay } from "../lib/clock.ts";
import type { Child } from "./child.ts";
import { usageOf } from "./machine.ts";

/** What it took. */
export interface Usage {
  readonly seconds: number;
  /** The most resident memory. */
  readonly peakMb: number;
  readonly cpuSeconds: number;
}

const sampleMs = 200;

/** Waits for the end of a process that is to end by itself. */
export async function toEnd(work: Child): Promise<Usage> {
  let last = { peakMb: 0, cpuSeconds: 0 };
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const seen = await usageOf(work.pid).catch(() => last);
      // A process that has just ended has no figures.
      if (seen.peakMb > 0) last = seen;
      await delay(sampleMs);
    }
  })();
  await work.result();
  const seconds = (performance.now() - work.spawnedAt) / 1000;
  isOver = true;
  await watching;
  return { seconds, ...last };
}
