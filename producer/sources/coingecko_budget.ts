// Whether CoinGecko's plan allows the configured polling.

import type { Plan } from "./coingecko_settings.ts";

/** What the configured polling costs. */
export interface CallBudget {
  /** Calls in a month of 31 days. */
  readonly callsPerMonth: number;
  /** Limits of the plan that are exceeded, a line each. */
  readonly shortfalls: readonly string[];
  /** Polling that is allowed but not useful, a line each. */
  readonly advice: readonly string[];
}

const monthSeconds = 31 * 24 * 60 * 60;

/** Monthly credits of a Demo key, as third parties report them. */
const demoCredits = 10_000;

/** Calls per minute of a Demo key: the lower of two documented figures. */
const demoCallsPerMinute = 30;

/** Seconds for which responses are cached. */
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
      `${callsPerMonth} calls per month exceed a Demo key's ${demoCredits}: ` +
        `it lasts ${days} days; API_INTERVAL_SECONDS=${fitting} would fit`,
    );
  }
  const perMinute = 60 / interval * calls;
  if (perMinute > demoCallsPerMinute) {
    found.push(
      `${Math.ceil(perMinute)} calls per minute exceed a Demo key's ` +
        `${demoCallsPerMinute}: expect HTTP 429`,
    );
  }
  return found;
}

/**
 * Calculates with the figures of CoinGecko's documentation
 * (https://docs.coingecko.com/docs/errors-and-rate-limits).
 *
 * @param calls Calls per sample.
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
      `polls every ${interval} s return some samples twice`,
    ]
    : [];
  return { callsPerMonth, shortfalls, advice };
}
