/**
 * What was asked and what was served: the witness that tests compare with.
 *
 * @module
 */

import { apiRoot, type SimulatedRequest } from "./simulator_handler.ts";
import { keyHeaders } from "./api_keys.ts";

/** One request and its answer. */
export interface ServedRequest {
  /** 1 for the first request, then one more each. */
  readonly number: number;
  /** When it came, milliseconds since 1970 by the simulator's clock. */
  readonly atMs: number;
  /** The method. */
  readonly method: string;
  /** The path, without `/api/v3` at its front. */
  readonly path: string;
  /** The coins asked for. */
  readonly ids: readonly string[];
  /** The request's headers in lower case; a key's value is `***`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The kind of the fault that it met. */
  readonly fault?: string;
  /** The status sent, 0 until or unless one was. */
  status: number;
  /**
   * The exact body as far as it was handed to the connection. The blanks of an
   * endless body are left out.
   */
  body: string;
  /**
   * `whole` once the connection took all of the answer, which does not say
   * that the client read it; `cut` when the connection ended before.
   */
  outcome: "pending" | "whole" | "cut";
}

/** Older requests are forgotten. */
export const requestLogLimit = 10_000;

/** Adds a request, and forgets the oldest beyond the limit. */
export function remember(
  log: ServedRequest[],
  request: ServedRequest,
  limit: number = requestLogLimit,
): void {
  log.push(request);
  if (log.length > limit) log.splice(0, log.length - limit);
}

const secret = new Set<string>(Object.values(keyHeaders));

/** A request that was not answered yet. */
export function logEntry(
  { method, path, query, headers }: SimulatedRequest,
  number: number,
  atMs: number,
  fault: string | undefined,
): ServedRequest {
  const seen: Record<string, string> = {};
  for (const [name, value] of headers) {
    seen[name] = secret.has(name) ? "***" : value;
  }
  const ids = (query.get("ids") ?? "").split(",").filter((id) => id !== "");
  return {
    number,
    atMs,
    method,
    path: path.startsWith(`${apiRoot}/`) ? path.slice(apiRoot.length) : path,
    ids,
    headers: seen,
    ...fault === undefined ? {} : { fault },
    status: 0,
    body: "",
    outcome: "pending",
  };
}
