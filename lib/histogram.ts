// A Prometheus histogram: observations by upper bound, their sum and number.
// Cheap enough to be kept whether or not it is scraped.

/** A histogram of durations. */
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
   * Counts a duration in the first bucket whose bound it does not exceed.
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
