// The fixed-phase schedule: slot `k` is due at `t0 + k * interval` on the
// monotonic clock, and `t0` is when the first request left. Slots never drift,
// never overlap, never come in a burst.

import type { Clock } from "../lib/clock.ts";

/** One slot as it begins. */
export interface Slot {
  /** Its number `k`, from 0. */
  readonly number: number;
  /** How late it begins, in milliseconds. */
  readonly lateMs: number;
  /** How many slots were skipped since the last one that ran. */
  readonly skipped: number;
  /** How many of these because of what the work had asked for. */
  readonly backedOff: number;
}

/** What the work of a slot may ask for. */
export interface SlotOutcome {
  /** No slot may begin before this time of the monotonic clock. */
  readonly notBeforeMs?: number;
  /** Run only the n-th of the following slots; 1, the default, skips none. */
  readonly stride?: number;
}

/** A slot that would begin later than this is skipped. */
const maxLatenessMs = 1_000;

/** The schedule's settings. */
export interface ScheduleOptions {
  /** The time between slots, in milliseconds. */
  readonly intervalMs: number;
  /** Ends the schedule. */
  readonly signal: AbortSignal;
  /** Time. */
  readonly clock: Clock;
  /** Called with the time at which the next slot is due, monotonic. */
  readonly onDue?: (dueMs: number) => void;
  /**
   * Called when the first slot's work has begun; resolves when its request has
   * left. Slots are counted from then.
   */
  readonly firstLeft?: () => Promise<void>;
}

/**
 * The number of the next slot to run: the first that is not yet due. Those in
 * between are skipped, which is why a slow response, a pause or the machine's
 * sleep never ends in a burst.
 *
 * @param last The slot that ran last.
 * @param sinceMs The earliest time since `t0`, in milliseconds.
 */
export function nextSlot(
  last: number,
  sinceMs: number,
  intervalMs: number,
): number {
  return Math.max(last + 1, Math.ceil(sinceMs / intervalMs));
}

/**
 * Runs `work` at each slot until the signal. The first slot begins at once. A
 * slot whose time passed while the process was suspended is skipped: it would
 * be out of phase, and the next one would follow at once.
 *
 * @param work Awaited before the next slot is chosen. An error ends the
 * schedule.
 */
export async function runSchedule(
  options: ScheduleOptions,
  work: (slot: Slot) => Promise<SlotOutcome | void>,
): Promise<void> {
  const { intervalMs, signal, clock } = options;
  const maxLateMs = Math.min(maxLatenessMs, intervalMs);
  let t0 = clock.monotonic();
  let mayMove = options.firstLeft !== undefined;
  let number = 0;
  let skipped = 0;
  let backedOff = 0;
  async function moveStart(): Promise<void> {
    if (!mayMove) return;
    mayMove = false;
    await options.firstLeft?.();
    t0 = clock.monotonic();
  }
  while (!signal.aborted) {
    const dueMs = t0 + number * intervalMs;
    options.onDue?.(dueMs);
    // A timer may fire a little early, so the wait is repeated until due.
    for (let wait; (wait = dueMs - clock.monotonic()) > 0;) {
      await clock.sleep(wait, signal);
      if (signal.aborted) return;
    }
    const lateMs = clock.monotonic() - dueMs;
    if (lateMs > maxLateMs) {
      const next = nextSlot(number, clock.monotonic() - t0, intervalMs);
      skipped += next - number;
      number = next;
      continue;
    }
    const working = work({ number, lateMs, skipped, backedOff });
    const [outcome] = await Promise.all([working, moveStart()]);
    const sinceMs = clock.monotonic() - t0;
    const notBeforeMs = (outcome?.notBeforeMs ?? t0) - t0;
    const soonest = nextSlot(number, sinceMs, intervalMs);
    const next = Math.max(
      nextSlot(number, Math.max(sinceMs, notBeforeMs), intervalMs),
      number + (outcome?.stride ?? 1),
    );
    skipped = next - number - 1;
    backedOff = next - soonest;
    number = next;
  }
}
