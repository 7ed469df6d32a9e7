/**
 * API keys: which plan asks for which.
 *
 * @module
 */

import { type Answer, keyRefused } from "./answers.ts";

/** The plans whose rules can be simulated. */
export const simulatedPlans = ["keyless", "demo", "pro"] as const;

/** One of {@linkcode simulatedPlans}. */
export type SimulatedPlan = typeof simulatedPlans[number];

/** Headers that carry a key; what they carry is never logged. */
export const keyHeaders = {
  demo: "x-cg-demo-api-key",
  pro: "x-cg-pro-api-key",
} as const;

/** Query parameters that carry a key, less wisely. */
export const keyParameters = {
  demo: "x_cg_demo_api_key",
  pro: "x_cg_pro_api_key",
} as const;

/** Where a request's keys are looked up. */
export interface KeyedRequest {
  /** Its headers. */
  readonly headers: Pick<Headers, "get">;
  /** Its query. */
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
 * Checks a request's key against the plan that is simulated.
 *
 * @param keys The accepted keys; with none, any key of the right plan will do.
 * @returns the refusal, or `undefined` when all is well.
 */
export function checkKey(
  request: KeyedRequest,
  plan: SimulatedPlan,
  keys: readonly string[],
  nowMs: number,
): Answer | undefined {
  const own = plan === "pro" ? "pro" : "demo";
  const other = plan === "pro" ? "demo" : "pro";
  if (keyOf(request, other) !== undefined) {
    return keyRefused(other === "pro" ? 10010 : 10011, nowMs);
  }
  const key = keyOf(request, own);
  if (key === undefined) {
    return plan === "keyless" ? undefined : keyRefused(10002, nowMs);
  }
  const known = keys.length === 0 || keys.includes(key);
  return known ? undefined : keyRefused(10002, nowMs);
}
