/**
 * The fixed-phase schedule: slot `k` is due at `t0 + k * interval` on the
 * monotonic clock. Slots never drift, never overlap, never come in a burst.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";

/** One slot as it begins. */
export interface Slot {
  /** Its number `k`, from 0. */
  readonly number: number;
  /** When it was due, on the monotonic clock, in milliseconds. */
  readonly dueMs: number;
  /** How late it begins, in milliseconds. */
  readonly lateMs: number;
  /** How many slots before it were passed over since the last one. */
  readonly skipped: number;
  /** How many of these because the work had asked for a rest. */
  readonly rested: number;
}

/** What the work of a slot may ask for. */
export interface SlotOutcome {
  /** No slot may begin before this time of the monotonic clock. */
  readonly notBeforeMs?: number;
  /** Of the slots that follow only each so-manieth may begin; 1 is each. */
  readonly every?: number;
}

/** A slot that would begin later than this is over. */
const latestMs = 1_000;

/** The schedule's settings. */
export interface ScheduleOptions {
  /** From one slot to the next, in milliseconds. */
  readonly intervalMs: number;
  /** Ends the schedule. */
  readonly signal: AbortSignal;
  /** Time. */
  readonly clock: Clock;
  /** Told when the next slot is due, on the monotonic clock. */
  readonly onDue?: (dueMs: number) => void;
}

/**
 * The number of the next slot to run: the first that is not yet due, and not
 * before `notBeforeMs`. What lies between is skipped, which is why a long
 * answer, a pause or the machine's sleep never ends in a burst.
 *
 * @param last The slot that ran last.
 * @param sinceMs Time since `t0`, in milliseconds.
 * @param notBeforeMs Earliest time since `t0`, in milliseconds.
 */
export function nextSlot(
  last: number,
  sinceMs: number,
  notBeforeMs: number,
  intervalMs: number,
): number {
  const earliest = Math.ceil(Math.max(sinceMs, notBeforeMs) / intervalMs);
  return Math.max(last + 1, earliest);
}

/**
 * Runs `work` at each slot until the signal. The first slot begins at once. A
 * slot whose time passed while the process was stopped is skipped: begun late
 * it would be out of phase, and followed at once by the next.
 *
 * @param work Is awaited before the next slot is chosen. What it throws ends
 * the schedule.
 */
export async function runSchedule(
  options: ScheduleOptions,
  work: (slot: Slot) => Promise<SlotOutcome | void>,
): Promise<void> {
  const { intervalMs, signal, clock } = options;
  const latest = Math.min(latestMs, intervalMs);
  const t0 = clock.monotonic();
  let number = 0;
  let skipped = 0;
  let rested = 0;
  while (!signal.aborted) {
    const dueMs = t0 + number * intervalMs;
    options.onDue?.(dueMs);
    // A timer may fire a little early, so the wait is repeated until due.
    for (let wait; (wait = dueMs - clock.monotonic()) > 0;) {
      await clock.sleep(wait, signal);
      if (signal.aborted) return;
    }
    const lateMs = clock.monotonic() - dueMs;
    if (lateMs > latest) {
      const next = nextSlot(number, clock.monotonic() - t0, 0, intervalMs);
      skipped += next - number;
      number = next;
      continue;
    }
    const outcome = await work({ number, dueMs, lateMs, skipped, rested });
    const sinceMs = clock.monotonic() - t0;
    const restMs = (outcome?.notBeforeMs ?? t0) - t0;
    const next = Math.max(
      nextSlot(number, sinceMs, restMs, intervalMs),
      number + (outcome?.every ?? 1),
    );
    skipped = next - number - 1;
    rested = next - nextSlot(number, sinceMs, 0, intervalMs);
    number = next;
  }
}
