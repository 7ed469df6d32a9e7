// Stores the lake's offsets for a consumer group, so that tools show the lag.
// The lake itself never reads them: it can do without.

import { backoffMs } from "../../kafka/backoff.ts";
import type { Clock } from "../../lib/clock.ts";

/** What {@linkcode createGroupOffsets} works with. */
export interface GroupOffsetsOptions {
  /** Stores offsets. */
  readonly commit: (next: ReadonlyMap<number, bigint>) => Promise<void>;
  /** Gets the first failure in a row. */
  readonly onFailure: (error: unknown) => void;
  /** Time. */
  readonly clock: Clock;
  /** A number from 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The offsets of a group. */
export interface GroupOffsets {
  /** Stores these when the broker is ready for it; never throws nor waits. */
  set(next: ReadonlyMap<number, bigint>): void;
  /** Resolves when the newest ones are stored, or when all is ended. */
  settled(): Promise<void>;
}

/** Sends one request at a time, always with the newest offsets. */
export function createGroupOffsets(
  { commit, onFailure, clock, random, signal }: GroupOffsetsOptions,
): GroupOffsets {
  let newest: ReadonlyMap<number, bigint> | undefined;
  let running: Promise<void> | undefined;

  async function send(): Promise<void> {
    for (let failures = 0; newest !== undefined && !signal.aborted;) {
      const next = newest;
      newest = undefined;
      try {
        await commit(next);
        failures = 0;
      } catch (error) {
        newest ??= next;
        if (failures === 0) onFailure(error);
        await clock.sleep(backoffMs(failures++, random()), signal);
      }
    }
    running = undefined;
  }

  return {
    set(next) {
      newest = next;
      running ??= send();
    },
    settled: () => running ?? Promise.resolve(),
  };
}
