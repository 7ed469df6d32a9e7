// HTTP GET with a time limit that covers the body, and one retry when the
// connection is lost.

import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import { BodyTooLargeError, readBody } from "./read_body.ts";
import type { PollFailure } from "./source.ts";

/** Options of {@linkcode createHttpGet}. Durations are milliseconds. */
export interface HttpGetOptions {
  /** For a complete response, both attempts together. */
  readonly timeoutMs: number;
  /** A retry starts within this time of the first attempt, or not at all. */
  readonly retryWithinMs: number;
  /** Largest body in bytes, decompressed. */
  readonly maxBodyBytes: number;
  /** The HTTP client. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Time. */
  readonly clock: Clock;
}

/** A complete response. */
export interface HttpResponse {
  /** Discriminant. */
  readonly ok: true;
  /** HTTP status code. */
  readonly status: number;
  /** The headers. */
  readonly headers: Headers;
  /** The body's text. */
  readonly body: string;
  /** When its request was sent, by the wall clock. */
  readonly sentAt: Temporal.Instant;
  /** How many retries it took: 0 or 1. */
  readonly retries: number;
}

/** A missing response, or one that could not be read. */
export interface NoResponse extends Pick<PollFailure, "ok" | "message"> {
  /** The kind, for metrics. */
  readonly kind: "network" | "timeout" | "too_large";
  /** How many retries were made: 0 or 1. */
  readonly retries: number;
}

/**
 * Sends a GET request. Every failure is a result; nothing is thrown.
 *
 * @param signal Cancels it.
 */
export type HttpGet = (
  url: string,
  headers: Headers,
  signal: AbortSignal,
) => Promise<HttpResponse | NoResponse>;

const maxPauseMs = 250;

/** How a connection failed before any response. */
export type ConnectionLoss = "unsent" | "unanswered";

// Deno states it as text only, in the cause: "... client error (Connect): tcp
// connect error: Connection refused (os error 111)".
const inner = /client error \((\w+)\): (.*)$/s;

/** Failures whose cure lies outside the program: what to do about them. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /UnknownIssuer/,
    "its CA is not a well-known one; if it is your company's, set " +
    "DENO_CERT=./secrets/company-ca.pem or DENO_TLS_CA_STORE=system",
  ],
  [
    /opening CA file/,
    "DENO_CERT must name a readable file with PEM certificates",
  ],
  [/unsuccessful tunnel/, "the proxy refused to connect"],
  [
    /proxy authentication required/,
    "set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT",
  ],
];

/** Why a request failed, without its long URL, and what to do about it. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const words = messageOf(cause ?? error);
  const reason = inner.exec(words)?.[2] ?? words;
  const found = advice.find(([pattern]) => pattern.test(reason));
  return found === undefined ? reason : `${reason}: ${found[1]}`;
}

/** `undefined` when a response, even a broken one, was received. */
export function connectionLoss(error: unknown): ConnectionLoss | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, stage, words = ""] = inner.exec(messageOf(error.cause ?? "")) ?? [];
  if (stage === "Connect") return "unsent";
  const lost = /connection (closed|reset)|broken pipe/i.test(words);
  return stage === "SendRequest" && lost ? "unanswered" : undefined;
}

/**
 * Makes the GET function.
 *
 * No request is sent more than twice. `fetch()` itself sends a request again,
 * over a new connection, when a kept-alive connection is lost before the
 * response (measured with Deno 2.9.6); in that case there is no retry here.
 */
export function createHttpGet(options: HttpGetOptions): HttpGet {
  const { timeoutMs, retryWithinMs, maxBodyBytes, clock } = options;
  const pauseMs = Math.min(maxPauseMs, retryWithinMs / 2);
  // Whether `fetch()` may reuse a connection.
  let keepsAlive = false;

  async function send(url: string, init: RequestInit) {
    const sentAt = clock.now();
    const response = await options.fetch(url, init);
    keepsAlive = true;
    const { status, headers } = response;
    const body = await readBody(response, maxBodyBytes);
    return { status, headers, body, sentAt };
  }

  function mayRetry(loss: ConnectionLoss | undefined): boolean {
    const wasKept = keepsAlive;
    if (loss !== undefined) keepsAlive = false;
    return loss === "unsent" || (loss === "unanswered" && !wasKept);
  }

  return async (url, headers, signal) => {
    const begun = clock.monotonic();
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    const either = AbortSignal.any([signal, timeout.signal]);
    const init: RequestInit = { headers, redirect: "manual", signal: either };
    let retries = 0;
    try {
      while (true) {
        try {
          return { ok: true, ...await send(url, init), retries };
        } catch (error) {
          const again = mayRetry(connectionLoss(error)) && retries === 0 &&
            clock.monotonic() - begun + pauseMs <= retryWithinMs;
          if (!again) throw error;
          await clock.sleep(pauseMs, either);
          retries++;
        }
      }
    } catch (error) {
      if (timeout.signal.aborted) {
        const message = `no complete response within ${timeoutMs / 1000} s`;
        return { ok: false, kind: "timeout", message, retries };
      }
      const tooLarge = error instanceof BodyTooLargeError;
      const kind = tooLarge ? "too_large" : "network";
      return { ok: false, kind, message: reasonOf(error), retries };
    } finally {
      clearTimeout(timer);
    }
  };
}
