// Liveness, readiness, status and metrics over HTTP.

import { healthEndpoints } from "../../lib/health_endpoints.ts";
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
    last_slot_deviation_seconds: secondsOf(stats.lastLateMs),
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
  return healthEndpoints({
    notLive: () => notLive(options, options.monotonic()),
    notReady: () =>
      notReady(options, options.outbox(), options.monotonic())
        .map(({ text }) => text),
    status: () => statusOf(options),
    async metrics() {
      const { metricsText } = await import("./metrics.ts");
      return metricsText(options);
    },
  });
}
