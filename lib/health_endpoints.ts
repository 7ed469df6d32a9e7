// Liveness, readiness, status and metrics over HTTP, for any program.

import { messageOf } from "./errors.ts";

/** What the endpoints ask the program. */
export interface HealthPort {
  /** Why the process makes no progress; `undefined` while it does. */
  notLive(): string | undefined;
  /** Why data does not flow, for people; empty when it does. */
  notReady(): string[];
  /** The body of `/status`. */
  status(): unknown;
  /** The page of `/metrics`; what it needs is loaded by the first scrape. */
  metrics(): Promise<string>;
}

/** The content type of Prometheus's text format. */
export const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/** What the endpoints serve. */
export const healthPaths: readonly string[] = [
  "/live",
  "/ready",
  "/status",
  "/metrics",
];

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

function ready(port: HealthPort): Response {
  const reasons = port.notReady();
  const ready = reasons.length === 0;
  return json({ ready, reasons }, ready ? 200 : 503);
}

async function metrics(port: HealthPort): Promise<Response> {
  return new Response(await port.metrics(), {
    headers: { "content-type": metricsType, "cache-control": "no-store" },
  });
}

async function live(port: HealthPort): Promise<Response> {
  if (port.notLive() !== undefined) {
    // After a pause of the process or the machine the request may be handled
    // before the overdue timers, which get this one turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const reason = port.notLive();
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

/** Makes the handler of `/live`, `/ready`, `/status` and `/metrics`. */
export function healthEndpoints(
  port: HealthPort,
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
        return live(port);
      case "/ready":
        return ready(port);
      case "/status":
        return json(port.status());
      case "/metrics":
        return metrics(port).catch((error) =>
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
