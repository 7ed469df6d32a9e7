// The API as a pure function: request and state in, reply and state out.

import { json, rateLimited, type Reply, unknownPath } from "./replies.ts";
import { simulatedCoins } from "./coins.ts";
import { type Fault, type PendingFault, takeFault } from "./faults.ts";
import { checkKey, type SimulatedPlan } from "./api_keys.ts";
import type { MarketSettings } from "./market.ts";
import { countRequest, type RateWindow } from "./rate_limit.ts";
import { simplePrice } from "./price_response.ts";

export const apiRoot = "/api/v3";

/** What does not change while the simulator runs. */
export interface SimulatorSettings extends MarketSettings {
  /** Requests per minute; 0 for no limit. */
  readonly rateLimit: number;
  readonly plan: SimulatedPlan;
  /** The accepted keys; none accepts any key of the plan. */
  readonly keys: readonly string[];
}

/** The state between requests. */
export interface SimulatorState {
  /** The requests of this minute. */
  readonly window: RateWindow;
  readonly faults: readonly PendingFault[];
}

export interface SimulatedRequest {
  /** The method in upper case. */
  readonly method: string;
  /** The path, from the root of the server. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
}

/** The result of a request. */
export interface Outcome {
  /** The reply without a fault. */
  readonly reply: Reply;
  readonly fault?: Fault;
  /** The state for the next request. */
  readonly state: SimulatorState;
}

function accountOf(rateLimit: number, used: number): Reply {
  const monthly = 500_000;
  return json({
    plan: "Simulated",
    rate_limit_request_per_minute: rateLimit,
    monthly_call_credit: monthly,
    current_total_monthly_calls: used,
    current_remaining_monthly_calls: monthly - used,
  });
}

function route(
  path: string,
  request: SimulatedRequest,
  settings: SimulatorSettings,
  window: RateWindow,
  nowMs: number,
): Reply {
  if (request.method !== "GET") return unknownPath();
  switch (path) {
    case "/ping":
      return json({ gecko_says: "(V3) To the Moon!" });
    case "/simple/price":
      return simplePrice(request.query, settings, nowMs);
    case "/coins/list":
      return json(
        [...simulatedCoins.values()].map(({ id, symbol, name }) => (
          { id, symbol, name }
        )),
      );
    case "/key":
      // Only the Pro API has this path.
      return settings.plan === "pro"
        ? accountOf(settings.rateLimit, window.count)
        : unknownPath();
    default:
      return unknownPath();
  }
}

/**
 * Handles a request. Every request below `/api/v3` counts against the rate
 * limit; a fault then overrides limit and key, so that a fault script does not
 * depend on the speed of the client.
 *
 * @param nowMs Milliseconds since 1970.
 */
export function handle(
  request: SimulatedRequest,
  { settings, state, nowMs }: {
    readonly settings: SimulatorSettings;
    readonly state: SimulatorState;
    readonly nowMs: number;
  },
): Outcome {
  if (!request.path.startsWith(`${apiRoot}/`)) {
    return { reply: unknownPath(), state };
  }
  const path = request.path.slice(apiRoot.length);
  const { window, retryAfterSeconds } = countRequest(
    state.window,
    settings.rateLimit,
    nowMs,
  );
  const { fault, rest } = takeFault(state.faults, path);
  const limited = retryAfterSeconds !== undefined && fault === undefined;
  const reply = limited
    ? rateLimited(retryAfterSeconds)
    : checkKey(request, settings, nowMs) ??
      route(path, request, settings, window, nowMs);
  return {
    reply,
    ...fault === undefined ? {} : { fault },
    state: { window, faults: rest },
  };
}
