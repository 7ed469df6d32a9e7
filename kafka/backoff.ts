// How long a client waits after a failed attempt.

const minMs = 50;
const firstMs = 200;
const longestMs = 30_000;

/**
 * Exponential backoff with full jitter; the floor keeps it from spinning.
 *
 * @param attempt Failed attempts before this one.
 * @param random From 0 to 1.
 * @param maxMs The longest wait, in milliseconds.
 */
export function backoffMs(
  attempt: number,
  random: number,
  maxMs: number = longestMs,
): number {
  return Math.max(minMs, random * Math.min(maxMs, firstMs * 2 ** attempt));
}
