// Converts incoming requests for the pure parts.

import type { IncomingMessage } from "node:http";
import type { SimulatedRequest } from "./simulator_handler.ts";

/** A request's method, path, query and headers. */
export function readRequest(
  { method = "GET", url = "/", headers }: IncomingMessage,
): SimulatedRequest {
  // Concatenated, because a path such as `//x` would be parsed as a host.
  const address = URL.parse(`http://loopback${url}`);
  const seen = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) seen.set(name, String(value));
  }
  return {
    method,
    path: address?.pathname ?? url,
    query: address?.searchParams ?? new URLSearchParams(),
    headers: seen,
  };
}

/**
 * A request's body as text.
 *
 * @param maxBytes Its limit.
 * @returns `undefined` beyond the limit.
 */
export async function readText(
  message: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const part of message) {
    length += part.length;
    if (length > maxBytes) return undefined;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}
