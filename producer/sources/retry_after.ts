// The `Retry-After` header, RFC 9110 section 10.2.3: seconds, or a date in any
// of the three forms of section 5.6.7.

const minMs = 1_000;
const maxMs = 15 * 60_000;
const defaultMs = 60_000;

// `Date.parse()` alone accepts "7 apples", and takes a date without a zone as
// local time.
const forms = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/** An HTTP date in ms since 1970; NaN for any other text. */
export function httpDateMs(text: string): number {
  if (!forms.some((form) => form.test(text))) return NaN;
  return Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
}

/**
 * How long to wait before the next request, in milliseconds, from one second to
 * fifteen minutes: zero would be a busy loop, and a year would end the stream.
 *
 * @param header The header's text, or null. Without a valid one it is a minute,
 * the time in which CoinGecko's rate limits refill.
 * @param nowMs The clock that a date is compared with, ms since 1970.
 */
export function retryAfterMs(header: string | null, nowMs: number): number {
  const text = header?.trim() ?? "";
  const wait = /^[+-]?\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : httpDateMs(text) - nowMs;
  if (Number.isNaN(wait)) return defaultMs;
  return Math.min(maxMs, Math.max(minMs, wait));
}

/**
 * The wait that a response asks for, in milliseconds. A date is compared with
 * the response's own `Date` header if it has one: both are from the server's
 * clock, so a wrong or jumping local clock does not matter.
 *
 * @param nowMs The local wall clock, ms since 1970, used without a `Date`.
 */
export function retryAfterOf(headers: Headers, nowMs: number): number {
  const serverMs = httpDateMs(headers.get("date")?.trim() ?? "");
  const clockMs = Number.isNaN(serverMs) ? nowMs : serverMs;
  return retryAfterMs(headers.get("retry-after"), clockMs);
}
