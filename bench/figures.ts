// Statistics of measured values.

/**
 * Quantile by the nearest rank.
 *
 * @param part From 0 to 1: 0.5 is the median, 1 the maximum.
 */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(part * sorted.length));
  return sorted[rank - 1] ?? NaN;
}

/** The median; of an even number of values, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const pair = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return pair.reduce<number>((sum, value = NaN) => sum + value / 2, 0);
}

/** `median 109 ms of 5 (105, 105, 109, 110, 111)`. */
export function medianText(
  values: readonly number[],
  unit: string,
  digits = 0,
): string {
  const show = (value: number) =>
    value.toLocaleString("en-US", {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const all = values.toSorted((a, b) => a - b).map(show).join(", ");
  return `median ${show(median(values))} ${unit} of ${values.length} (${all})`;
}

/** `p50 0.8 ms, p99 2.1 ms, max 2.2 ms of 120`. */
export function spreadText(values: readonly number[], digits = 1): string {
  const at = (part: number) => `${quantile(values, part).toFixed(digits)} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} of ${values.length}`;
}
