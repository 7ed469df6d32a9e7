// Liveness, readiness, status and metrics over HTTP.

import { messageOf } from "../../lib/errors.ts";
import {
  type HealthOptions,
  notLive,
  notReady,
  oldestAgeMs,
} from "./readiness.ts";

/** Seconds, to the millisecond; `null` for what has not happened. */
function secondsOf(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms) / 1000;
}

/** The body of `/status`. Ages are in seconds. */
export function statusOf(options: HealthOptions): Record<string, unknown> {
  const { stats } = options;
  const now = options.monotonic();
  const outbox = options.outbox();
  const reasons = notReady(options, outbox, now).map(({ text }) => text);
  const since = (at: number | undefined) =>
    at === undefined ? undefined : now - at;
  const until = (at: number | undefined) =>
    at === undefined ? undefined : Math.max(0, at - now);
  return {
    ready: reasons.length === 0,
    reasons,
    interval_seconds: options.intervalMs / 1000,
    timeout_seconds: options.timeoutMs / 1000,
    uptime_seconds: secondsOf(options.wall() - options.process.startedMs),
    last_sample_age_seconds: secondsOf(since(stats.lastSampleMs)),
    last_ack_age_seconds: secondsOf(since(stats.lastAckMs)),
    next_slot_in_seconds: secondsOf(until(stats.nextSlotMs)),
    failures_in_a_row: stats.failuresInARow,
    poll_backoff_stride: stats.backoffStride,
    last_poll_error: stats.pollError ?? null,
    last_send_error: stats.sendError ?? null,
    waiting: outbox.depth,
    outbox: {
      depth: outbox.depth,
      bytes: outbox.bytes,
      oldest_age_seconds: secondsOf(oldestAgeMs(outbox, options.wall())),
      full: outbox.full,
      in_memory: outbox.inMemory,
      disk_error: stats.outboxError ?? outbox.diskError ?? null,
    },
    counters: stats.counters,
    ...options.about,
  };
}

function json(value: unknown, status = 200, headers = {}): Response {
  return new Response(JSON.stringify(value) + "\n", {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...headers,
    },
  });
}

function ready(options: HealthOptions): Response {
  const now = notReady(options, options.outbox(), options.monotonic());
  const reasons = now.map(({ text }) => text);
  const ready = reasons.length === 0;
  return json({ ready, reasons }, ready ? 200 : 503);
}

async function metrics(options: HealthOptions): Promise<Response> {
  // Loaded on the first scrape: no start has to wait for it.
  const { contentType, metricsText } = await import("./metrics_page.ts");
  return new Response(metricsText(options), {
    headers: { "content-type": contentType, "cache-control": "no-store" },
  });
}

async function live(options: HealthOptions): Promise<Response> {
  const judge = () => notLive(options, options.monotonic());
  if (judge() !== undefined) {
    // After a pause of the process or the machine the request may be handled
    // before the overdue timers, which get this one turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const reason = judge();
  if (reason === undefined) return json({ live: true });
  return json({ live: false, reasons: [reason] }, 503);
}

function pathOf(request: Request): string | undefined {
  try {
    return new URL(request.url).pathname;
  } catch {
    // Made from the caller's Host header, which may be anything.
    return undefined;
  }
}

/**
 * Makes the handler of `/live`, `/ready`, `/status` and `/metrics`.
 *
 * `/live` covers only what a response can tell. A loop of the schedule or the
 * publisher that fails ends the process, and a thread that hangs does not
 * respond: the caller sees a refused or silent connection. What is left is a
 * schedule that stopped without an error, for which `/live` is 503.
 */
export function healthHandler(
  options: HealthOptions,
): (request: Request) => Response | Promise<Response> {
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      const error = `${request.method} is not allowed: expected GET or HEAD`;
      return json({ error }, 405, { allow: "GET, HEAD" });
    }
    switch (pathOf(request)) {
      case undefined:
        return json({ error: "invalid Host header" }, 400);
      case "/live":
        return live(options);
      case "/ready":
        return ready(options);
      case "/status":
        return json(statusOf(options));
      case "/metrics":
        return metrics(options).catch((error) =>
          json({ error: messageOf(error) }, 500)
        );
      default:
        return json(
          { error: "expected /live, /ready, /status or /metrics" },
          404,
        );
    }
  };
}
