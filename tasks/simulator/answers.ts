/**
 * The answers that do not depend on prices, in CoinGecko's own shapes.
 *
 * @module
 */

/** A whole HTTP answer. The body is text that goes out byte for byte. */
export interface Answer {
  /** The status code. */
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body. */
  readonly body: string;
}

/** An answer that is JSON text already. */
export function jsonText(
  body: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body,
  };
}

/** An answer made from a value. */
export function json(value: unknown, status = 200): Answer {
  return jsonText(JSON.stringify(value), status);
}

/** A missing parameter: HTTP 400. */
export function missingParameter(name: string): Answer {
  return json({ error: `Missing parameter ${name}` }, 400);
}

/** A path that the API does not have: HTTP 404. */
export function unknownPath(): Answer {
  return json({ error: "Incorrect path" }, 404);
}

const keyMessages = {
  10002: "API Key Missing. Please send a valid key in its header.",
  10010: "A Pro API key works on the Pro root address only.",
  10011: "A Demo API key works on the Demo root address only.",
} as const;

/**
 * A key that is missing or unknown (HTTP 401, code 10002), or one of the other
 * plan (HTTP 400, codes 10010 and 10011).
 *
 * @param nowMs Milliseconds since 1970.
 */
export function keyRefused(
  code: 10002 | 10010 | 10011,
  nowMs: number,
): Answer {
  return json({
    status: {
      timestamp: new Date(nowMs).toISOString(),
      error_code: code,
      error_message: keyMessages[code],
    },
  }, code === 10002 ? 401 : 400);
}

/** Too many requests: HTTP 429. */
export function rateLimited(retryAfterSeconds: number): Answer {
  const error_message = "You've exceeded the Rate Limit. Please wait.";
  return jsonText(
    JSON.stringify({ status: { error_code: 429, error_message } }),
    429,
    { "retry-after": String(retryAfterSeconds) },
  );
}
