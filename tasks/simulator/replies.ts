// HTTP responses before they are sent.

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

export const unknownPath: Reply = json({ error: "Incorrect path" }, 404);
