// The log of served requests, which tests compare with.

import { apiRoot, type SimulatedRequest } from "./simulator_handler.ts";

/** A request without its headers and its query: they may hold a key. */
export interface ServedRequest {
  /** Its time by the simulator's clock, ms since 1970. */
  readonly atMs: number;
  readonly method: string;
  /** The path below `/api/v3`. */
  readonly path: string;
  /** The kind of fault that affected it. */
  readonly fault?: string | undefined;
  /** HTTP status code; 0 if none was sent. */
  status: number;
  /**
   * The exact body as far as it was handed to the connection, without the
   * padding of an endless body.
   */
  body: string;
  /**
   * `whole` once the connection has accepted the complete response, which does
   * not prove that the client read it; `cut` when it ended before.
   */
  outcome: "pending" | "whole" | "cut";
}

/** Adds a request and drops the oldest beyond the limit. */
export function remember(
  log: ServedRequest[],
  request: ServedRequest,
  limit = 10_000,
): void {
  log.push(request);
  if (log.length > limit) log.splice(0, log.length - limit);
}

/** The entry of a request without a response yet. */
export function logEntry(
  { method, path }: SimulatedRequest,
  served: Pick<ServedRequest, "atMs" | "fault">,
): ServedRequest {
  return {
    ...served,
    method,
    path: path.startsWith(`${apiRoot}/`) ? path.slice(apiRoot.length) : path,
    status: 0,
    body: "",
    outcome: "pending",
  };
}
