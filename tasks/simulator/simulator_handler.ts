// The API as a pure function: request and state in, reply and state out.

import { json, type Reply, unknownPath } from "./replies.ts";
import { simulatedCoins } from "./coins.ts";
import { type Fault, takeFault } from "./faults.ts";
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
  readonly faults: readonly Fault[];
}

export interface SimulatedRequest {
  /** The method in upper case. */
  readonly method: string;
  /** The path, from the root of the server. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Pick<Headers, "get">;
}

function rateLimited(retryAfterSeconds: number): Reply {
  const error_message = "You've exceeded the Rate Limit. Please wait.";
  const reply = json({ status: { error_code: 429, error_message } }, 429);
  const headers = { "retry-after": String(retryAfterSeconds) };
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

function route(
  path: string,
  { method, query }: SimulatedRequest,
  { market, nowMs }: {
    readonly market: MarketSettings;
    readonly nowMs: number;
  },
): Reply {
  switch (`${method} ${path}`) {
    case "GET /ping":
      return json({ gecko_says: "(V3) To the Moon!" });
    case "GET /simple/price":
      return simplePrice(query, market, nowMs);
    case "GET /coins/list":
      return json(
        Array.from(
          simulatedCoins.values(),
          ({ id, symbol, name }) => ({ id, symbol, name }),
        ),
      );
    default:
      return unknownPath;
  }
}

/**
 * Handles a request. Every request below `/api/v3` counts against the rate
 * limit; a fault then overrides limit and key, so that a fault script does not
 * depend on the speed of the client.
 *
 * @param nowMs Milliseconds since 1970.
 * @returns the reply without the fault, the fault if any, and the state for the
 * next request.
 */
export function handle(
  request: SimulatedRequest,
  { settings, state, nowMs }: {
    readonly settings: SimulatorSettings;
    readonly state: SimulatorState;
    readonly nowMs: number;
  },
): { reply: Reply; fault?: Fault; state: SimulatorState } {
  if (!request.path.startsWith(`${apiRoot}/`)) {
    return { reply: unknownPath, state };
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
      route(path, request, { market: settings, nowMs });
  return {
    reply,
    ...fault === undefined ? {} : { fault },
    state: { window, faults: rest },
  };
}
