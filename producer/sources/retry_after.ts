/**
 * The `Retry-After` header, RFC 9110 section 10.2.3: seconds or a date, the
 * date in any of the three forms of section 5.6.7.
 *
 * @module
 */

const least = 1_000;
const most = 15 * 60_000;
const unstated = 60_000;

// A bare `Date.parse` reads "7 apples" as a date, and a date without a zone as
// the machine's own time.
const forms = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** A date of HTTP in milliseconds since 1970, or NaN for other text. */
export function httpDateMs(text: string): number {
  if (!forms.some((form) => form.test(text))) return NaN;
  return Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
}

/**
 * How long to leave the server alone, in milliseconds, between one second and
 * fifteen minutes: a header of zero would make a busy loop and one of a year
 * would end the stream.
 *
 * @param header The header's text, or null for none. None, or one that cannot
 * be read, counts as one minute, the time in which CoinGecko's limits refill.
 * @param nowMs The clock that a date is compared with, milliseconds since
 * 1970.
 */
export function retryAfterMs(header: string | null, nowMs: number): number {
  const text = header?.trim() ?? "";
  const wait = /^[+-]?\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : httpDateMs(text) - nowMs;
  if (Number.isNaN(wait)) return unstated;
  return Math.min(most, Math.max(least, wait));
}

/**
 * The rest that an answer asks for, in milliseconds. A date is compared with
 * the answer's own `Date`, where it has one: both are of the server's clock,
 * so that a wrong or jumping clock here changes nothing.
 *
 * @param nowMs The wall clock, milliseconds since 1970, for want of a `Date`.
 */
export function restMs(headers: Headers, nowMs: number): number {
  const serverMs = httpDateMs(headers.get("date")?.trim() ?? "");
  const clockMs = Number.isNaN(serverMs) ? nowMs : serverMs;
  return retryAfterMs(headers.get("retry-after"), clockMs);
}
