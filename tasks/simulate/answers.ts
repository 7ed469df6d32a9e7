/**
 * What CoinGecko answers: pure functions from a request to a body. The bodies
 * are those of its documentation and of recorded answers.
 *
 * @module
 */

import type { Plan } from "../../producer/sources/coingecko_access.ts";
import { coinAt, coinIds, type CoinText } from "./market.ts";

/** What the answers depend on besides the request. */
export interface Market {
  /** Seed of the prices. */
  readonly seed: string;
  /** How long a price stays, in milliseconds. */
  readonly cacheMs: number;
  /** The plan that is played. */
  readonly plan: Plan;
  /** The key that is accepted. */
  readonly key: string;
  /** Calls in a minute; 0 for no limit. */
  readonly rateLimit: number;
}

/** An answer. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** The body, JSON. */
  readonly body: string;
  /** Headers besides the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

const json = (status: number, value: unknown): Answer => ({
  status,
  body: JSON.stringify(value),
});

const keyHeaders = {
  demo: "x-cg-demo-api-key",
  pro: "x-cg-pro-api-key",
} as const;

/** The answer to a wrong key, or `undefined` for a right one. */
export function judgeKey(
  market: Market,
  header: (name: string) => string | null,
): Answer | undefined {
  const { plan, key } = market;
  const other = plan === "pro" ? keyHeaders.demo : keyHeaders.pro;
  if (header(other) !== null) {
    const code = plan === "pro" ? 10011 : 10010;
    const said = plan === "pro"
      ? "This key is a Demo key: use api.coingecko.com"
      : "This key is a Pro key: use pro-api.coingecko.com";
    return json(400, { status: { error_code: code, error_message: said } });
  }
  if (plan === "keyless") return undefined;
  if (header(keyHeaders[plan]) === key) return undefined;
  return json(401, {
    status: {
      timestamp: "1970-01-01T00:00:00.000+00:00",
      error_code: 10002,
      error_message: "API Key Missing or wrong",
    },
  });
}

/** The answer of a limit that is reached. */
export function tooMany(retryAfterSeconds: number): Answer {
  return {
    ...json(429, {
      status: {
        error_code: 429,
        error_message: "You have reached the rate limit of this address",
      },
    }),
    headers: { "retry-after": String(retryAfterSeconds) },
  };
}

const optional: readonly (readonly [parameter: string, field: string])[] = [
  ["include_market_cap", "usd_market_cap"],
  ["include_24hr_vol", "usd_24h_vol"],
  ["include_24hr_change", "usd_24h_change"],
  ["include_last_updated_at", "last_updated_at"],
];

function coinBody(coin: CoinText, query: URLSearchParams): string {
  const names = ["usd"];
  for (const [parameter, field] of optional) {
    if (query.get(parameter) === "true") names.push(field);
  }
  return `{${names.map((name) => `"${name}":${coin[name]}`).join(",")}}`;
}

function simplePrice(
  market: Market,
  query: URLSearchParams,
  nowMs: number,
): Answer {
  if (!query.has("vs_currencies")) {
    return json(422, { error: "Missing parameter vs_currencies" });
  }
  const ids = (query.get("ids") ?? "").split(",");
  const coins: string[] = [];
  for (const id of new Set(ids)) {
    const coin = coinAt(market.seed, id, market.cacheMs, nowMs);
    // An unknown id is no error: it is just not there.
    if (coin !== undefined) coins.push(`"${id}":${coinBody(coin, query)}`);
  }
  return { status: 200, body: `{${coins.join(",")}}` };
}

/** Answers a request to `/api/v3/…`. */
export function answer(market: Market, url: URL, nowMs: number): Answer {
  switch (url.pathname) {
    case "/api/v3/ping":
      return json(200, { gecko_says: "(V3) To the Moon!" });
    case "/api/v3/coins/list":
      return json(
        200,
        coinIds.map((id) => ({ id, symbol: id.slice(0, 4), name: id })),
      );
    case "/api/v3/simple/price":
      return simplePrice(market, url.searchParams, nowMs);
    default:
      return json(404, { error: "Incorrect path. Please check the docs" });
  }
}

/** A limit of so many calls in a minute, all calls counted. */
export class RateLimit {
  readonly #times: number[] = [];
  readonly #perMinute: number;

  /** @param perMinute Calls in a minute; 0 for no limit. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /**
   * Counts a call.
   *
   * @returns 0, or after how many seconds to call again.
   */
  count(nowMs: number): number {
    const since = nowMs - 60_000;
    while ((this.#times[0] ?? Infinity) <= since) this.#times.shift();
    const full = this.#perMinute > 0 && this.#times.length >= this.#perMinute;
    if (!full) {
      this.#times.push(nowMs);
      return 0;
    }
    return Math.max(1, Math.ceil(((this.#times[0] ?? nowMs) - since) / 1000));
  }
}
