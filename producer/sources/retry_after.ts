/**
 * The `Retry-After` header, RFC 9110 section 10.2.3: seconds or a date.
 *
 * @module
 */

const least = 1_000;
const most = 15 * 60_000;
const unstated = 60_000;

/**
 * How long to leave the server alone, in milliseconds, between one second and
 * fifteen minutes: a header of zero would make a busy loop and one of a year
 * would end the stream.
 *
 * @param header The header's text, or null for none. None, or one that cannot
 * be read, counts as one minute, the time in which CoinGecko's limits refill.
 * @param nowMs The wall clock, milliseconds since 1970, for dates.
 */
export function retryAfterMs(header: string | null, nowMs: number): number {
  const text = header?.trim() ?? "";
  const seconds = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  const wait = Number.isNaN(seconds)
    // A bare `Date.parse` reads "7 apples" as a date; HTTP dates end in GMT.
    ? (/GMT$/.test(text) ? Date.parse(text) - nowMs : NaN)
    : seconds * 1000;
  if (Number.isNaN(wait)) return unstated;
  return Math.min(most, Math.max(least, wait));
}
