/**
 * Whether the API's plan holds the polling that is configured.
 *
 * @module
 */

import type { Plan } from "./sources/coingecko_access.ts";

/** What the configuration costs. */
export interface CallBudget {
  /** Calls in a month of 31 days. */
  readonly callsPerMonth: number;
  /** Advice, a line each; empty when all is well. */
  readonly warnings: readonly string[];
}

const monthSeconds = 31 * 24 * 60 * 60;

/** Credits a month of a Demo key, as third parties report it. */
const demoCredits = 10_000;

/** Seconds for which answers are cached: Demo and keyless 60, Pro 20. */
const cacheSeconds: Readonly<Record<Plan, number>> = {
  keyless: 60,
  demo: 60,
  pro: 20,
};

/**
 * Reckons with the figures of CoinGecko's documentation
 * (https://docs.coingecko.com/docs/errors-and-rate-limits).
 *
 * @param calls Calls for one sample.
 */
export function callBudget(
  plan: Plan,
  intervalMs: number,
  calls: number,
): CallBudget {
  const interval = intervalMs / 1000;
  const callsPerMonth = Math.ceil(monthSeconds / interval) * calls;
  const warnings: string[] = [];
  if (plan === "demo" && callsPerMonth > demoCredits) {
    const days = (demoCredits * interval / calls / 86_400).toFixed(1);
    const fitting = Math.ceil(monthSeconds * calls / demoCredits);
    warnings.push(
      `${callsPerMonth} calls a month do not fit a Demo key's ${demoCredits}: ` +
        `it lasts ${days} days; API_INTERVAL_SECONDS=${fitting} would fit`,
    );
  }
  if (interval < cacheSeconds[plan]) {
    warnings.push(
      `prices are cached for ${cacheSeconds[plan]} s on the ${plan} plan: ` +
        `polls every ${interval} s bring some samples twice`,
    );
  }
  return { callsPerMonth, warnings };
}
