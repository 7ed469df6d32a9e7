// The maintenance that `lake run` does by itself: when one is due, and which
// moments are quiet enough for its steps.

import type { Clock } from "../lib/clock.ts";
import type { LakeWriter, MaintenanceReport } from "./lake/lake_types.ts";

/** What happened. */
export type MaintenanceEvent =
  | { readonly kind: "maintained"; readonly report: MaintenanceReport }
  | { readonly kind: "failed"; readonly error: unknown };

/** What {@linkcode maintainWhenDue} needs. */
export interface Maintenance {
  /** The lake. */
  readonly writer: Pick<LakeWriter, "maintain">;
  /** Time between two maintenances, in ms. */
  readonly everyMs: number;
  /** How long snapshots are kept, in ms. */
  readonly keepMs: number;
  /** When the last one was, else since when the lake waits: ms since 1970. */
  readonly sinceMs: () => number | undefined;
  /** Time. */
  readonly clock: Clock;
  /** Ends it, between two steps. */
  readonly signal: AbortSignal;
  /** Gets what happens; must not throw. */
  readonly onEvent: (event: MaintenanceEvent) => void;
}

/** What {@linkcode maintainRegularly} needs. */
export interface MaintenanceLoop extends Maintenance {
  /** Whether no record waits for the lake. */
  readonly isQuiet: () => boolean;
}

const checkMs = 60_000;
const retryMs = 3_600_000;

/** How often a step looks whether records wait, and for how long at most. */
const pollMs = 20;
const patienceMs = 5_000;

function overdueMs({ sinceMs, everyMs, clock }: Maintenance): number {
  const nowMs = clock.now().epochMilliseconds;
  let since: number;
  try {
    since = sinceMs() ?? nowMs;
  } catch {
    // A full disk, for example: commits tell.
    return Number.NEGATIVE_INFINITY;
  }
  // A clock that was set back does not put it off.
  return since > nowMs ? 0 : nowMs - since - everyMs;
}

async function maintain(
  { writer, keepMs, signal, onEvent }: Maintenance,
  pause: () => Promise<void>,
): Promise<boolean> {
  try {
    const report = await writer.maintain({ keepMs }, async () => {
      await pause();
      signal.throwIfAborted();
    });
    onEvent({ kind: "maintained", report });
    return true;
  } catch (error) {
    if (!signal.aborted) onEvent({ kind: "failed", error });
    return false;
  }
}

/** Maintains once if it is due, without regard to records that wait. */
export async function maintainWhenDue(
  options: Maintenance,
): Promise<void> {
  if (options.signal.aborted || overdueMs(options) < 0) return;
  await maintain(options, () => Promise.resolve());
}

/**
 * Maintains each time it is due, until the signal aborts. It begins while no
 * record waits, at the latest after another period; each step waits a moment
 * for the records before it. What fails is tried again after an hour.
 */
export async function maintainRegularly(
  options: MaintenanceLoop,
): Promise<void> {
  const { clock, everyMs, isQuiet, signal } = options;
  async function pause(): Promise<void> {
    const deadlineMs = clock.monotonic() + patienceMs;
    do await clock.sleep(pollMs, signal); while (
      !isQuiet() && !signal.aborted && clock.monotonic() < deadlineMs
    );
  }
  // The lock says of a failed one only that it began.
  let retryAtMs: number | undefined;
  while (!signal.aborted) {
    await clock.sleep(Math.min(checkMs, everyMs), signal);
    if (signal.aborted) return;
    const overdue = retryAtMs === undefined
      ? overdueMs(options)
      : clock.monotonic() - retryAtMs;
    if (overdue < 0 || overdue < everyMs && !isQuiet()) continue;
    retryAtMs = await maintain(options, pause)
      ? undefined
      : clock.monotonic() + Math.min(retryMs, everyMs);
  }
}
