/**
 * The API as a pure function: request and state in, answer and state out.
 *
 * @module
 */

import { type Answer, json, rateLimited, unknownPath } from "./answers.ts";
import { simulatedCoins } from "./coins.ts";
import { type Fault, type PendingFault, takeFault } from "./faults.ts";
import { checkKey, type SimulatedPlan } from "./api_keys.ts";
import type { MarketSettings } from "./market.ts";
import { countRequest, type RateWindow } from "./rate_limit.ts";
import { simplePrice } from "./price_response.ts";

/** Where the API begins in an address. */
export const apiRoot = "/api/v3";

/** What does not change while the simulator runs. */
export interface SimulatorSettings extends MarketSettings {
  /** Requests per minute; 0 for no limit. */
  readonly rateLimit: number;
  /** Whose rules hold. */
  readonly plan: SimulatedPlan;
  /** The accepted keys; with none, any key of the right plan. */
  readonly keys: readonly string[];
}

/** What each request changes. */
export interface SimulatorState {
  /** The requests of this minute. */
  readonly window: RateWindow;
  /** The faults to come. */
  readonly faults: readonly PendingFault[];
}

/** What the API sees of a request. */
export interface SimulatedRequest {
  /** The method, in capitals. */
  readonly method: string;
  /** The path, from the root of the server. */
  readonly path: string;
  /** The query. */
  readonly query: URLSearchParams;
  /** The headers. */
  readonly headers: Headers;
}

/** What a request leads to. */
export interface Outcome {
  /** The answer, as it would be without a fault. */
  readonly answer: Answer;
  /** The fault that spoils it. */
  readonly fault?: Fault;
  /** The state for the next request. */
  readonly state: SimulatorState;
}

function accountOf(rateLimit: number, used: number): Answer {
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
): Answer {
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
      // Only the Pro API has it.
      return settings.plan === "pro"
        ? accountOf(settings.rateLimit, window.count)
        : unknownPath();
    default:
      return unknownPath();
  }
}

/**
 * Answers a request. Every request below `/api/v3` counts against the limit,
 * whatever becomes of it; a fault then wins over limit and key, so that a
 * script of faults does not depend on how fast it is played.
 *
 * @param nowMs Milliseconds since 1970.
 */
export function handle(
  request: SimulatedRequest,
  settings: SimulatorSettings,
  state: SimulatorState,
  nowMs: number,
): Outcome {
  if (!request.path.startsWith(`${apiRoot}/`)) {
    return { answer: unknownPath(), state };
  }
  const path = request.path.slice(apiRoot.length);
  const { window, retryAfterSeconds } = countRequest(
    state.window,
    settings.rateLimit,
    nowMs,
  );
  const { fault, rest } = takeFault(state.faults, path);
  const limited = retryAfterSeconds !== undefined && fault === undefined;
  const answer = limited
    ? rateLimited(retryAfterSeconds)
    : checkKey(request, settings.plan, settings.keys, nowMs) ??
      route(path, request, settings, window, nowMs);
  return {
    answer,
    ...fault === undefined ? {} : { fault },
    state: { window, faults: rest },
  };
}
