// Time: a monotonic clock for durations, a wall clock for timestamps, and a
// sleep that can be cancelled.

/** The time that code waits by; tests fake it. */
export interface Clock {
  /** Milliseconds on a clock that never jumps; its zero is arbitrary. */
  monotonic(): number;
  /** The wall clock; it may jump either way. */
  now(): Temporal.Instant;
  /**
   * Waits, in milliseconds; not at all for a time that is over.
   *
   * @param signal Ends the wait early, without an error.
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The real clock. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  now: () => Temporal.Now.instant(),
  sleep: (ms, signal) => {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    // Deno warns of negative ones on stderr.
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener("abort", done);
    return promise;
  },
};

/** Waits, for code that needs no {@linkcode Clock}. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
