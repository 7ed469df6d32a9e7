// The replies that do not depend on prices, in CoinGecko's own formats.

/** A complete HTTP response. */
export interface Reply {
  /** HTTP status code. */
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, sent byte for byte. */
  readonly body: string;
}

export function jsonText(body: string, status = 200): Reply {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return { status, headers, body };
}

export function json(value: unknown, status = 200): Reply {
  return jsonText(JSON.stringify(value), status);
}

/** A missing parameter: HTTP 400. */
export function missingParameter(name: string): Reply {
  return json({ error: `Missing parameter ${name}` }, 400);
}

/** An unknown path: HTTP 404. */
export function unknownPath(): Reply {
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
export function keyRejected(
  code: 10002 | 10010 | 10011,
  nowMs: number,
): Reply {
  return json({
    status: {
      timestamp: new Date(nowMs).toISOString(),
      error_code: code,
      error_message: keyMessages[code],
    },
  }, code === 10002 ? 401 : 400);
}

/** Too many requests: HTTP 429. */
export function rateLimited(retryAfterSeconds: number): Reply {
  const error_message = "You've exceeded the Rate Limit. Please wait.";
  const reply = json({ status: { error_code: 429, error_message } }, 429);
  const headers = { "retry-after": String(retryAfterSeconds) };
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
