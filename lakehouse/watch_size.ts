// Looks up how large the lake is, at the start and every hour.

import type { Clock } from "../lib/clock.ts";
import type { LakeSize, LakeWriter } from "./lake/lake_types.ts";

const everyMs = 3_600_000;

/** What {@linkcode watchSize} needs. */
export interface SizeWatch {
  /** The lake. */
  readonly writer: Pick<LakeWriter, "size">;
  /** Time. */
  readonly clock: Pick<Clock, "sleep">;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Gets each size. */
  readonly onSize: (size: LakeSize) => void;
}

/** Looks it up until the signal aborts. It never fails: commits tell why. */
export async function watchSize(
  { writer, clock, signal, onSize }: SizeWatch,
): Promise<void> {
  while (!signal.aborted) {
    try {
      onSize(await writer.size());
    } catch {
      // The old size stays.
    }
    await clock.sleep(everyMs, signal);
  }
}
