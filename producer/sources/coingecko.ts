// CoinGecko's `/simple/price` as a {@linkcode Source}.

import { hostAndPort } from "../../lib/address.ts";
import { messageOf } from "../../lib/errors.ts";
import { describeSecret } from "../../lib/secret.ts";
import { callBudget } from "./coingecko_budget.ts";
import { coingeckoSettings, keyHeader, readKey } from "./coingecko_settings.ts";
import { parseExact } from "./exact_json.ts";
import { createHttpGet, type HttpResponse } from "./request.ts";
import { retryAfterOf } from "./retry_after.ts";
import { apiError, parsePrices } from "./simple_price.ts";
import {
  type Coin,
  type PollFailure,
  type PollResult,
  type Refused,
  type Sample,
  SIMULATOR_HEADER,
  type Source,
  type SourceOptions,
} from "./source.ts";

/** Largest body in bytes; a thousand coins take about 150 kB. */
const maxBodyBytes = 4 * 1024 * 1024;

/** Servers refuse longer URLs (HTTP 414). */
const maxUrlLength = 2_000;

/** The API's error text appears in every log line of a failed poll. */
const maxErrorLength = 200;

/** The URLs that together request all ids, each at most 2,000 characters. */
export function requestUrls(baseUrl: string, ids: readonly string[]): string[] {
  const head = `${baseUrl}/simple/price?vs_currencies=usd` +
    "&include_market_cap=true&include_24hr_vol=true" +
    "&include_24hr_change=true&include_last_updated_at=true&ids=";
  const urls: string[] = [];
  let url = head;
  for (const id of ids.map(encodeURIComponent)) {
    const more = url === head ? id : `%2C${id}`;
    if (url !== head && url.length + more.length > maxUrlLength) {
      urls.push(url);
      url = head + id;
    } else {
      url += more;
    }
  }
  return [...urls, url];
}

/** What one of several responses adds to a sample. */
export type Part = Pick<Sample, "ok" | "coins" | "refused" | "simulated">;

/** Judges one response. */
export function judgeResponse(
  { status, headers, body }: Pick<HttpResponse, "status" | "headers" | "body">,
  ids: readonly string[],
  nowMs: number,
): Part | PollFailure {
  const type = headers.get("content-type") ?? "no content type";
  const isJson = /^application\/(json|[\w.-]+\+json)\b/i.test(type);
  let json: unknown;
  let parseError: string | undefined;
  try {
    if (isJson) json = parseExact(body);
  } catch (error) {
    parseError = messageOf(error);
  }
  // Names are the API's: a coin may be called "status", and an API may add an
  // "error" beside the prices. A price that was requested settles it.
  const prices = status === 200 ? parsePrices(json, ids) : undefined;
  const error = prices?.coins.size ? undefined : apiError(json);
  const reason = error === undefined
    ? ""
    : `: ${error.message.slice(0, maxErrorLength)}`;
  const limited = status === 429 || error?.code === "429";
  // Any failure may carry Retry-After, also a 503 or a redirect; a rate limit
  // is waited out even without it.
  const wait = limited || headers.has("retry-after")
    ? { retryAfterMs: retryAfterOf(headers, nowMs) }
    : {};
  function fail(kind: PollFailure["kind"], message: string): PollFailure {
    return { ok: false, kind, message, status, ...wait };
  }

  if (limited) {
    return fail("rate_limit", `HTTP ${status}, rate limit reached${reason}`);
  }
  if (status >= 300 && status < 400) {
    return fail(
      "redirect",
      `HTTP ${status}: redirects are not followed; ` +
        "check COINGECKO_API_URL",
    );
  }
  const keyCodes = ["10002", "10005", "10010", "10011"];
  if (status === 401 || keyCodes.includes(error?.code ?? "")) {
    return fail(
      "key",
      `HTTP ${status}, the API rejects the key${reason}; ` +
        "check COINGECKO_API_KEY, its plan and COINGECKO_API_URL",
    );
  }
  if (status !== 200) return fail("http_status", `HTTP ${status}${reason}`);
  if (!isJson) return fail("not_json", `expected JSON, got ${type}`);
  if (parseError !== undefined) {
    return fail("not_json", `the response is not valid JSON: ${parseError}`);
  }
  if (error !== undefined) {
    return fail("api_error", `HTTP 200 with an error${reason}`);
  }
  if (prices === undefined) {
    return fail("no_prices", "the response is not an object keyed by coin id");
  }
  return { ok: true, ...prices, simulated: headers.has(SIMULATOR_HEADER) };
}

/** CoinGecko, configured by `COINGECKO_*` and `CRYPTO_IDS`. */
export function coingecko(options: SourceOptions): Source {
  const { readText, clock, timeoutMs, intervalMs, fetch } = options;
  const { baseUrl, plan, key, ids } = coingeckoSettings(
    options.setting,
    readText,
  );
  const get = createHttpGet({
    timeoutMs,
    // The rest of the slot is left for the response.
    retryWithinMs: Math.min(timeoutMs, intervalMs) / 2,
    maxBodyBytes,
    fetch,
    clock,
  });
  const urls = requestUrls(baseUrl, ids);
  const budget = callBudget(plan, intervalMs, urls.length);

  // Before each poll, so that a new key file works without a restart.
  const requestHeaders = () =>
    new Headers([
      ["accept", "application/json"],
      ...key === undefined ? [] : keyHeader(plan, readKey(key, readText)),
    ]);

  async function poll(signal: AbortSignal): Promise<PollResult> {
    let headers: Headers;
    try {
      headers = requestHeaders();
    } catch (error) {
      return { ok: false, kind: "key", message: messageOf(error) };
    }
    let calledAt: Temporal.Instant | undefined;
    const coins = new Map<string, Coin>();
    const refused: Refused[] = [];
    let simulated = false;
    let retries = 0;
    // One after the other: in parallel they would be a burst.
    for (const url of urls) {
      const response = await get(url, headers, signal);
      retries += response.retries;
      if (!response.ok) return { ...response, retries };
      calledAt ??= response.sentAt;
      const nowMs = clock.now().epochMilliseconds;
      const part = judgeResponse(response, ids, nowMs);
      if (!part.ok) return { ...part, retries };
      for (const [id, coin] of part.coins) coins.set(id, coin);
      refused.push(...part.refused);
      simulated ||= part.simulated;
    }
    const named = new Set(refused.map(({ id }) => id));
    const missing = ids.filter((id) => !coins.has(id) && !named.has(id));
    if (coins.size === 0 || calledAt === undefined) {
      const [first] = refused;
      const why = first === undefined
        ? `none of the ${ids.length} coins is in it`
        : `${first.id}: ${first.reason}`;
      const message = `the response has no usable price: ${why}`;
      return { ok: false, kind: "no_prices", message, status: 200, retries };
    }
    const found = { coins, missing, refused, simulated };
    return { ok: true, status: 200, calledAt, ...found, retries };
  }

  return {
    address: `${baseUrl}/simple/price`,
    hosts: [hostAndPort(new URL(baseUrl))],
    ids,
    settings: {
      COINGECKO_API_URL: baseUrl,
      ...describeSecret("COINGECKO_API_KEY", key),
      COINGECKO_API_PLAN: plan,
      CRYPTO_IDS: ids.join(","),
    },
    warnings: budget.shortfalls,
    advice: budget.advice,
    notes: [`calls per month: ${budget.callsPerMonth}`],
    poll,
  };
}
