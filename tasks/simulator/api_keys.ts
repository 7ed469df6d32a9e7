// API keys: which plan needs which.

import { json, type Reply } from "./replies.ts";

/** The plans whose rules can be simulated. */
export const simulatedPlans = ["keyless", "demo", "pro"] as const;

export type SimulatedPlan = typeof simulatedPlans[number];

const messages = {
  10002: "API Key Missing. Please send a valid key in its header.",
  10010: "A Pro API key works on the Pro root address only.",
  10011: "A Demo API key works on the Demo root address only.",
} as const;

/** A missing or unknown key is HTTP 401, one of the other plan HTTP 400. */
function keyRejected(error_code: keyof typeof messages, nowMs: number): Reply {
  const timestamp = new Date(nowMs).toISOString();
  const error_message = messages[error_code];
  const status = { timestamp, error_code, error_message };
  return json({ status }, error_code === 10002 ? 401 : 400);
}

/**
 * Checks a request's key against the simulated plan.
 *
 * @param keys The accepted keys; none accepts any key of the plan.
 * @returns the error reply, or `undefined` for an accepted key.
 */
export function checkKey(
  { headers, query }: {
    readonly headers: Pick<Headers, "get">;
    readonly query: URLSearchParams;
  },
  { plan, keys }: {
    readonly plan: SimulatedPlan;
    readonly keys: readonly string[];
  },
  nowMs: number,
): Reply | undefined {
  const keyOf = (plan: "demo" | "pro") =>
    headers.get(`x-cg-${plan}-api-key`) || query.get(`x_cg_${plan}_api_key`);
  if (plan === "pro" && keyOf("demo")) return keyRejected(10011, nowMs);
  if (plan !== "pro" && keyOf("pro")) return keyRejected(10010, nowMs);
  const key = keyOf(plan === "pro" ? "pro" : "demo");
  if (!key && plan === "keyless") return undefined;
  const isKnown = key && (keys.length === 0 || keys.includes(key));
  return isKnown ? undefined : keyRejected(10002, nowMs);
}
