// How often a failing source is polled: less and less often, and as usual
// right after its first good response. Retrying faster would add load at the
// very moment at which the source can least handle it.

/** A backoff begins after this many failures in a row. */
const toleratedFailures = 3;

const maxStride = 8;

/** The backoff alone never makes polls rarer than this. */
const maxBackoffMs = 5 * 60_000;

/**
 * How many slots lie between this poll and the next: 1 (no backoff), 2, 4 or 8.
 *
 * @param failures Failures in a row, the last one included.
 * @param intervalMs The time between slots. With minutes between them polls
 * are rare enough.
 */
export function backoffStride(failures: number, intervalMs: number): number {
  const wanted = failures < toleratedFailures
    ? 1
    : Math.min(maxStride, 2 ** (failures - toleratedFailures + 1));
  let stride = 1;
  while (stride < wanted && 2 * stride * intervalMs <= maxBackoffMs) {
    stride *= 2;
  }
  return stride;
}
