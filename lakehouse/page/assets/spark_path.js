// @ts-check
// The line of the last hours as numbers.

/** Of the box that the line is in. */
export const width = 120;
/** As above. */
export const height = 28;
const margin = 2;

/**
 * The path of a line through points, in a box of 120 by 28.
 *
 * @param {readonly (readonly [string, string])[]} points Times and prices.
 * @returns {string} Empty for fewer than two points.
 */
export function sparkPath(points) {
  if (points.length < 2) return "";
  const times = points.map(([time]) => Date.parse(time));
  // A picture of 120 pixels needs no more digits than a double has.
  const prices = points.map(([, price]) => Number(price));
  const [first = 0] = times;
  const span = (times.at(-1) ?? first) - first || 1;
  const low = Math.min(...prices);
  const range = Math.max(...prices) - low;
  const steps = points.map((_, at) => {
    const x = margin +
      ((times[at] ?? first) - first) / span * (width - 2 * margin);
    const y = range === 0 ? height / 2 : height - margin -
      ((prices[at] ?? low) - low) / range * (height - 2 * margin);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${steps.join("L")}`;
}

const dayMs = 86_400_000;

/**
 * The points with a newer price as the last one, and none older than a day
 * before it.
 *
 * @param {readonly [string, string][]} served The server's points.
 * @param {[string, string]} newest
 * @returns {[string, string][]}
 */
export function withNewest(served, newest) {
  const since = Date.parse(newest[0]) - dayMs;
  return [...served, newest]
    .filter(([time]) => Date.parse(time) >= since);
}
