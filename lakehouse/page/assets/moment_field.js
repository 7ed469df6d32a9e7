// @ts-check
// The field for a date and a time.

/**
 * What a field of date and time says, as a time of UTC.
 *
 * @param {string} text `2026-11-25T21:14`
 * @returns {string | undefined}
 */
export function fieldTime(text) {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/.exec(text);
  return match ? `${match[1]}${match[2] ?? ":00"}Z` : undefined;
}
