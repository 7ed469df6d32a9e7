// API keys: which plan needs which.

import { keyRejected, type Reply } from "./replies.ts";

/** The plans whose rules can be simulated. */
export const simulatedPlans = ["keyless", "demo", "pro"] as const;

export type SimulatedPlan = typeof simulatedPlans[number];

/** Headers that carry a key; their values are never logged. */
export const keyHeaders = {
  demo: "x-cg-demo-api-key",
  pro: "x-cg-pro-api-key",
} as const;

/** Query parameters that carry a key. */
export const keyParameters = {
  demo: "x_cg_demo_api_key",
  pro: "x_cg_pro_api_key",
} as const;

/** The parts of a request that may carry a key. */
export interface KeyedRequest {
  readonly headers: Pick<Headers, "get">;
  readonly query: URLSearchParams;
}

function keyOf(
  { headers, query }: KeyedRequest,
  plan: "demo" | "pro",
): string | undefined {
  return headers.get(keyHeaders[plan]) || query.get(keyParameters[plan]) ||
    undefined;
}

/**
 * Checks a request's key against the simulated plan.
 *
 * @param keys The accepted keys; none accepts any key of the plan.
 * @returns the error reply, or `undefined` for an accepted key.
 */
export function checkKey(
  request: KeyedRequest,
  { plan, keys }: {
    readonly plan: SimulatedPlan;
    readonly keys: readonly string[];
  },
  nowMs: number,
): Reply | undefined {
  const own = plan === "pro" ? "pro" : "demo";
  const other = plan === "pro" ? "demo" : "pro";
  if (keyOf(request, other) !== undefined) {
    return keyRejected(other === "pro" ? 10010 : 10011, nowMs);
  }
  const key = keyOf(request, own);
  if (key === undefined) {
    return plan === "keyless" ? undefined : keyRejected(10002, nowMs);
  }
  const known = keys.length === 0 || keys.includes(key);
  return known ? undefined : keyRejected(10002, nowMs);
}
