/**
 * A limit of requests per minute.
 *
 * @module
 */

/** The minute under count. */
export interface RateWindow {
  /** When its first request came, milliseconds since 1970. */
  readonly startMs: number;
  /** How many came since, refused ones included, as CoinGecko counts. */
  readonly count: number;
}

/** A window in which nothing came yet. */
export const freshWindow: RateWindow = { startMs: -Infinity, count: 0 };

const minuteMs = 60_000;

/**
 * Counts a request.
 *
 * @param limit Requests per minute; 0 for no limit.
 * @returns the window to go on with, and, for a request over the limit, the
 * whole seconds until the next minute begins (1 to 60).
 */
export function countRequest(
  window: RateWindow,
  limit: number,
  nowMs: number,
): { window: RateWindow; retryAfterSeconds?: number } {
  // A clock that was set back would else lengthen the minute.
  const inside = nowMs >= window.startMs && nowMs < window.startMs + minuteMs;
  const next = inside
    ? { ...window, count: window.count + 1 }
    : { startMs: nowMs, count: 1 };
  if (limit === 0 || next.count <= limit) return { window: next };
  const left = next.startMs + minuteMs - nowMs;
  return {
    window: next,
    retryAfterSeconds: Math.max(1, Math.ceil(left / 1000)),
  };
}
