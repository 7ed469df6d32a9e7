/**
 * One question and its answer over HTTP, within a time limit that covers the
 * body, with one more try when the connection fails.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import { BodyTooLargeError, readBody } from "./read_body.ts";

/** What an exchange needs. Durations are milliseconds. */
export interface ExchangeOptions {
  /** For one whole answer, its body included and both tries together. */
  readonly timeoutMs: number;
  /** A second try begins within this time of the first or not at all. */
  readonly retryWithinMs: number;
  /** The most bytes that a body may have, decompressed. */
  readonly bodyLimit: number;
  /** The HTTP client. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Time. */
  readonly clock: Clock;
}

/** An answer that came whole. */
export interface Answer {
  /** Told apart from {@linkcode NoAnswer} by this. */
  readonly ok: true;
  /** The HTTP status. */
  readonly status: number;
  /** The headers. */
  readonly headers: Headers;
  /** The body's text. */
  readonly body: string;
  /** When the question that it answers was sent, by the wall clock. */
  readonly sentAt: Temporal.Instant;
  /** How many tries more than one it took: 0 or 1. */
  readonly retries: number;
}

/** No answer, or none that could be read. */
export interface NoAnswer {
  /** Told apart from {@linkcode Answer} by this. */
  readonly ok: false;
  /** Why, in one word. */
  readonly kind: "network" | "timeout" | "too_large";
  /** Why, for a person. */
  readonly message: string;
  /** How many tries more than one were made: 0 or 1. */
  readonly retries: number;
}

/**
 * Asks once. Trouble of any kind is an answer, not an error.
 *
 * @param signal Calls it off.
 */
export type Exchange = (
  url: string,
  headers: Headers,
  signal: AbortSignal,
) => Promise<Answer | NoAnswer>;

const longestPauseMs = 250;

/** How a connection failed before any answer. */
export type ConnectionLoss = "unsent" | "unanswered";

// Deno says it in words only, in the cause: "... client error (Connect): tcp
// connect error: Connection refused (os error 111)".
const inner = /client error \((\w+)\): (.*)$/s;

/** Why a request failed, without its long address. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const words = messageOf(cause ?? error);
  return inner.exec(words)?.[2] ?? words;
}

/** `undefined` when there was an answer, if a broken one. */
export function connectionLoss(error: unknown): ConnectionLoss | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, stage, words = ""] = inner.exec(messageOf(error.cause ?? "")) ?? [];
  if (stage === "Connect") return "unsent";
  const lost = /connection (closed|reset)|broken pipe/i.test(words);
  return stage === "SendRequest" && lost ? "unanswered" : undefined;
}

/**
 * Makes an exchange.
 *
 * No question is sent more than twice. `fetch` itself sends a question again,
 * over a new connection, when a connection that it kept is lost before the
 * answer (measured with Deno 2.9.6); then there is no further try here.
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { timeoutMs, retryWithinMs, bodyLimit, fetch, clock } = options;
  const pauseMs = Math.min(longestPauseMs, retryWithinMs / 2);
  // Whether `fetch` may hold a connection from before.
  let keeps = false;

  async function ask(url: string, init: RequestInit) {
    const sentAt = clock.now();
    const response = await fetch(url, init);
    keeps = true;
    const { status, headers } = response;
    const body = await readBody(response, bodyLimit);
    return { status, headers, body, sentAt };
  }

  function mayTryAgain(loss: ConnectionLoss | undefined): boolean {
    const wasKept = keeps;
    if (loss !== undefined) keeps = false;
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
          return { ok: true, ...await ask(url, init), retries };
        } catch (error) {
          const again = mayTryAgain(connectionLoss(error)) && retries === 0 &&
            clock.monotonic() - begun + pauseMs <= retryWithinMs;
          if (!again) throw error;
          await clock.sleep(pauseMs, either);
          retries++;
        }
      }
    } catch (error) {
      if (timeout.signal.aborted) {
        const message = `no whole answer within ${timeoutMs / 1000} s`;
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
