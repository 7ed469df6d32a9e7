// @ts-check
// How far an axis is zoomed.

/**
 * The part of the axis that is left after zooming around a point.
 *
 * @param {{ min: number, max: number }} shown
 * @param {{ min: number, max: number }} all
 * @param {{ factor: number, around: number, least: number }} zoom
 * @returns {{ min: number, max: number }}
 */
export function zoomed(shown, all, { factor, around, least }) {
  const range = Math.max(
    Math.min(least, all.max - all.min),
    Math.min(all.max - all.min, (shown.max - shown.min) * factor),
  );
  const share = (around - shown.min) / (shown.max - shown.min || 1);
  const min = Math.max(
    all.min,
    Math.min(all.max - range, around - share * range),
  );
  return { min, max: min + range };
}
