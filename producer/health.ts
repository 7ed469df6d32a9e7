/**
 * Whether the producer lives and whether data flows, over HTTP.
 *
 * @module
 */

import type { Watch } from "./watch.ts";

/** What health is judged by. Durations are milliseconds. */
export interface HealthOptions {
  /** What is known of polls and acknowledgements. */
  readonly watch: Watch;
  /** From slot to slot. */
  readonly intervalMs: number;
  /** For one answer of the source. */
  readonly timeoutMs: number;
  /** The monotonic clock. */
  readonly monotonic: () => number;
  /** How many records wait. */
  readonly waiting: () => number;
  /** More to show under `/status`: the effective configuration, no secrets. */
  readonly about: Readonly<Record<string, unknown>>;
}

const ackGraceMs = 5_000;
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Why data does not flow; empty when it does. Polls AND acknowledgements have
 * to be recent: one alone would call a broken chain ready.
 */
export function notReady(options: HealthOptions): string[] {
  const { watch, intervalMs, timeoutMs } = options;
  const now = options.monotonic();
  const reasons: string[] = [];
  const why = (error: string | undefined) => error ? ` (${error})` : "";
  if (watch.lastSampleMs === undefined) {
    reasons.push(`no good poll yet${why(watch.pollError)}`);
  } else if (now - watch.lastSampleMs > 3 * intervalMs + timeoutMs) {
    const age = seconds(now - watch.lastSampleMs);
    reasons.push(`the last good poll is ${age} old${why(watch.pollError)}`);
  }
  if (watch.restUntilMs !== undefined && now < watch.restUntilMs) {
    const rest = seconds(watch.restUntilMs - now);
    reasons.push(`the API asked to be left alone for another ${rest}`);
  }
  if (watch.pollEvery > 1) {
    reasons.push(
      `polls are slowed to one slot in ${watch.pollEvery} after ` +
        `${watch.failuresInARow} failures in a row${why(watch.pollError)}`,
    );
  }
  if (watch.lastAckMs === undefined) {
    reasons.push(`Kafka has acknowledged nothing yet${why(watch.sendError)}`);
  } else if (
    watch.waitingSinceMs !== undefined &&
    now - watch.waitingSinceMs > ackGraceMs + intervalMs
  ) {
    const age = seconds(now - watch.waitingSinceMs);
    reasons.push(`records have waited ${age} for Kafka${why(watch.sendError)}`);
  }
  return reasons;
}

function ageOf(now: number, at: number | undefined): number | null {
  return at === undefined ? null : Math.round(now - at) / 1000;
}

/** All that is known, for `/status`. Ages are in seconds. */
export function statusOf(options: HealthOptions): Record<string, unknown> {
  const { watch } = options;
  const now = options.monotonic();
  const reasons = notReady(options);
  return {
    ready: reasons.length === 0,
    reasons,
    interval_seconds: options.intervalMs / 1000,
    timeout_seconds: options.timeoutMs / 1000,
    last_sample_age_seconds: ageOf(now, watch.lastSampleMs),
    last_ack_age_seconds: ageOf(now, watch.lastAckMs),
    failures_in_a_row: watch.failuresInARow,
    poll_every_slots: watch.pollEvery,
    waiting: options.waiting(),
    counters: watch.counters,
    ...options.about,
  };
}

const json = (value: unknown, status = 200) =>
  new Response(JSON.stringify(value) + "\n", {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
    },
  });

/** Makes the handler of `/live`, `/ready` and `/status`. */
export function healthHandler(
  options: HealthOptions,
): (request: Request) => Response {
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      return json({ error: `${request.method} is not allowed` }, 405);
    }
    switch (new URL(request.url).pathname) {
      case "/live":
        return json({ live: true });
      case "/ready": {
        const reasons = notReady(options);
        const ready = reasons.length === 0;
        return json({ ready, reasons }, ready ? 200 : 503);
      }
      case "/status":
        return json(statusOf(options));
      default:
        return json({ error: "expected /live, /ready or /status" }, 404);
    }
  };
}
