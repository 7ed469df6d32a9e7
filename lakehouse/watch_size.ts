// Looks up how large the lake is, after the start and every hour.

import type { Clock } from "../lib/clock.ts";
import type { LakeSize, LakeWriter } from "./lake/lake_types.ts";

const everyMs = 3_600_000;

/** How long the first look waits for the start to be over, in ms. */
const patienceMs = 5_000;

/** What {@linkcode watchSize} needs. */
export interface SizeWatch {
  /** The lake. */
  readonly writer: Pick<LakeWriter, "size">;
  /** Resolves when the start is over, which the look would hold up. */
  readonly started: Promise<void>;
  /** Time. */
  readonly clock: Pick<Clock, "sleep">;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Gets each size. */
  readonly onSize: (size: LakeSize) => void;
}

/** Looks it up until the signal aborts. It never fails: commits tell why. */
export async function watchSize(
  { writer, started, clock, signal, onSize }: SizeWatch,
): Promise<void> {
  const over = new AbortController();
  const waited = clock.sleep(
    patienceMs,
    AbortSignal.any([signal, over.signal]),
  );
  await Promise.race([started, waited]);
  over.abort();
  while (!signal.aborted) {
    try {
      onSize(await writer.size());
    } catch {
      // The old size stays.
    }
    await clock.sleep(everyMs, signal);
  }
}
