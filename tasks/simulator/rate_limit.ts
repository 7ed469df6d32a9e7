// A limit of requests per minute.

/** The current minute. */
export interface RateWindow {
  /** The time of its first request, ms since 1970. */
  readonly startMs: number;
  /** How many requests, rejected ones included, as CoinGecko counts. */
  readonly count: number;
}

/** A window without requests. */
export const freshWindow: RateWindow = { startMs: -Infinity, count: 0 };

const minuteMs = 60_000;

/**
 * Counts a request.
 *
 * @param limit Requests per minute; 0 for no limit.
 * @returns the next window and, for a request over the limit, the seconds until
 * the next minute (1 to 60).
 */
export function countRequest(
  window: RateWindow,
  limit: number,
  nowMs: number,
): { window: RateWindow; retryAfterSeconds?: number } {
  // A clock that was set back must not extend the minute.
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
