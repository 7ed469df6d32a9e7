/**
 * A histogram as Prometheus counts: observations by upper bound, their sum and
 * their number. Cheap enough to be kept whether or not anybody asks.
 *
 * @module
 */

/** Counts durations, in seconds. */
export class Histogram {
  /** Upper bounds in seconds, ascending; the last bucket has none. */
  readonly bounds: readonly number[];
  /** Observations by bucket, one more than there are bounds. */
  readonly counts: number[];
  /** Sum of all observations, in seconds. */
  sum = 0;
  /** Number of all observations. */
  count = 0;

  /**
   * An empty histogram.
   *
   * @param bounds Upper bounds in seconds, ascending.
   */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /**
   * Counts one duration; its bucket is the first whose bound it does not pass.
   *
   * @param ms The duration, in milliseconds.
   */
  observe(ms: number): void {
    const seconds = ms / 1000;
    const found = this.bounds.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? this.bounds.length : found;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += seconds;
    this.count++;
  }
}
