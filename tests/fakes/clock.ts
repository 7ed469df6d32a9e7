import type { Clock } from "../../lib/clock.ts";

/** A clock that moves only by `sleep()` and `advance()`. */
export class FakeClock implements Clock {
  #ms: number;
  /** The wall clock minus the monotonic one, in milliseconds. */
  wallOffsetMs = 1_764_758_550_000;
  /** How much later (or earlier) than requested a sleep ends, in ms. */
  oversleepMs: () => number = () => 0;

  constructor(startMs = 1000) {
    this.#ms = startMs;
  }

  monotonic(): number {
    return this.#ms;
  }

  now(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(
      Math.round(this.#ms + this.wallOffsetMs),
    );
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) this.#ms += Math.max(0, ms + this.oversleepMs());
    return Promise.resolve();
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}
