/**
 * Whether the API's plan holds the polling that is configured.
 *
 * @module
 */

import type { Config } from "../config/config.ts";
import { requestUrls } from "./coingecko.ts";
import type { Plan } from "./coingecko_access.ts";

/** What the configuration costs. */
export interface CallBudget {
  /** Calls in a month of 31 days. */
  readonly callsPerMonth: number;
  /** Why the plan cannot hold them, a line each; empty when it can. */
  readonly shortfalls: readonly string[];
  /** What else to think about, a line each. */
  readonly advice: readonly string[];
}

const monthSeconds = 31 * 24 * 60 * 60;

/** Credits a month of a Demo key, as third parties report it. */
const demoCredits = 10_000;

/** Calls a minute of a Demo key: the lower one of two documented figures. */
const demoCallsPerMinute = 30;

/** Seconds for which answers are cached: Demo and keyless 60, Pro 20. */
const cacheSeconds: Readonly<Record<Plan, number>> = {
  keyless: 60,
  demo: 60,
  pro: 20,
};

function demoShortfalls(
  interval: number,
  calls: number,
  callsPerMonth: number,
): string[] {
  const found: string[] = [];
  if (callsPerMonth > demoCredits) {
    const days = (demoCredits * interval / calls / 86_400).toFixed(1);
    const fitting = Math.ceil(monthSeconds * calls / demoCredits);
    found.push(
      `${callsPerMonth} calls a month do not fit a Demo key's ${demoCredits}: ` +
        `it lasts ${days} days; API_INTERVAL_SECONDS=${fitting} would fit`,
    );
  }
  const perMinute = 60 / interval * calls;
  if (perMinute > demoCallsPerMinute) {
    found.push(
      `${Math.ceil(perMinute)} calls a minute are more than a Demo key's ` +
        `${demoCallsPerMinute}: expect HTTP 429`,
    );
  }
  return found;
}

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
  const shortfalls = plan === "demo"
    ? demoShortfalls(interval, calls, callsPerMonth)
    : [];
  const advice = interval < cacheSeconds[plan]
    ? [
      `prices are cached for ${cacheSeconds[plan]} s on the ${plan} plan: ` +
      `polls every ${interval} s bring some samples twice`,
    ]
    : [];
  return { callsPerMonth, shortfalls, advice };
}

/** The same for a whole configuration. */
export function budgetOf(config: Config): CallBudget {
  const { baseUrl, plan } = config.coingecko;
  const calls = requestUrls(baseUrl, config.ids).length;
  return callBudget(plan, config.intervalMs, calls);
}
