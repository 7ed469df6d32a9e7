/**
 * CoinGecko's `/simple/price` as a {@linkcode Source}.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Coin, PollFailure, PollResult, Source } from "./source.ts";
import type { CoingeckoAccess } from "./coingecko_access.ts";
import { parseExact } from "./exact_json.ts";
import { createExchange } from "./request.ts";
import { restMs } from "./retry_after.ts";
import { apiError, parsePrices } from "./simple_price.ts";
import { SIMULATOR_HEADER } from "./simulator_header.ts";

/** An answer's bound in bytes; a thousand coins take about 150 kB. */
const bodyLimit = 4 * 1024 * 1024;

/** Longer addresses are refused by servers on the way (HTTP 414). */
const urlLimit = 2_000;

/** An error's text comes from outside and goes into each line of the log. */
const wordsLimit = 200;

/** What the source needs. Durations are milliseconds. */
export interface CoingeckoOptions {
  /** Address, plan and key. */
  readonly access: CoingeckoAccess;
  /** The coins to ask for. */
  readonly ids: readonly string[];
  /** For one whole answer, its body included. */
  readonly timeoutMs: number;
  /** From slot to slot; a lost connection is tried again early in it. */
  readonly intervalMs: number;
  /** The HTTP client. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Time. */
  readonly clock: Clock;
}

/**
 * The addresses that together ask for all ids, none longer than 2,000
 * characters.
 */
export function requestUrls(baseUrl: string, ids: readonly string[]): string[] {
  const head = `${baseUrl}/simple/price?vs_currencies=usd` +
    "&include_market_cap=true&include_24hr_vol=true" +
    "&include_24hr_change=true&include_last_updated_at=true&ids=";
  const urls: string[] = [];
  let url = head;
  for (const id of ids) {
    const more = url === head ? id : `%2C${id}`;
    if (url !== head && url.length + more.length > urlLimit) {
      urls.push(url);
      url = head + id;
    } else {
      url += more;
    }
  }
  return [...urls, url];
}

/** What one of several answers adds to a sample. */
export interface Part {
  /** Told apart from a failure by this. */
  readonly ok: true;
  /** Its coins, in the order of the answer. */
  readonly coins: ReadonlyMap<string, Coin>;
  /** What in it could not be used. */
  readonly refused: readonly string[];
  /** Whether a simulator answered. */
  readonly simulated: boolean;
}

/** Judges one answer. Pure: the body has been read. */
export function judgeAnswer(
  response: Pick<Response, "status" | "headers">,
  body: string,
  ids: readonly string[],
  nowMs: number,
): Part | PollFailure {
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "no content type";
  const isJson = /^application\/(json|[\w.-]+\+json)\b/i.test(type);
  let answer: unknown;
  let parseError: string | undefined;
  try {
    if (isJson) answer = parseExact(body);
  } catch (error) {
    parseError = messageOf(error);
  }
  const error = apiError(answer);
  const said = error === undefined
    ? ""
    : `: ${error.message.slice(0, wordsLimit)}`;
  const limited = status === 429 || error?.code === "429";
  // Any refusal may name a time, such as a 503 or a redirect; only a rate
  // limit has one even if it does not name it.
  const rest = limited || headers.has("retry-after")
    ? { retryAfterMs: restMs(headers, nowMs) }
    : {};
  const fail = (
    kind: PollFailure["kind"],
    message: string,
  ): PollFailure => ({ ok: false, kind, message, status, ...rest });

  if (limited) {
    return fail("rate_limit", `HTTP ${status}, rate limit reached${said}`);
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
      `HTTP ${status}, the API refuses the key${said}; ` +
        "check COINGECKO_API_KEY, its plan and COINGECKO_API_URL",
    );
  }
  if (status !== 200) return fail("http_status", `HTTP ${status}${said}`);
  if (!isJson) return fail("not_json", `expected JSON, got ${type}`);
  if (parseError !== undefined) {
    return fail("not_json", `the answer is broken JSON: ${parseError}`);
  }
  if (error !== undefined) {
    return fail("api_error", `HTTP 200 with an error${said}`);
  }
  const prices = parsePrices(answer, ids);
  if (prices === undefined) {
    return fail("no_prices", "the answer is no object of coins");
  }
  return { ok: true, ...prices, simulated: headers.has(SIMULATOR_HEADER) };
}

/** Makes the source. Nothing is sent before the first poll. */
export function coingecko(options: CoingeckoOptions): Source {
  const { access, ids, clock, timeoutMs, intervalMs, fetch } = options;
  const exchange = createExchange({
    timeoutMs,
    // The rest of the slot is for the answer.
    retryWithinMs: Math.min(timeoutMs, intervalMs) / 2,
    bodyLimit,
    fetch,
    clock,
  });
  const headers = new Headers({ accept: "application/json" });
  if (access.keyHeader !== undefined) headers.set(...access.keyHeader);
  const urls = requestUrls(access.baseUrl, ids);
  const { hostname, port, protocol } = new URL(access.baseUrl);
  const actualPort = port || (protocol === "https:" ? "443" : "80");
  return {
    address: `${access.baseUrl}/simple/price`,
    hosts: [`${hostname}:${actualPort}`],
    async poll(signal): Promise<PollResult> {
      let calledAt: Temporal.Instant | undefined;
      const coins = new Map<string, Coin>();
      const refused: string[] = [];
      let simulated = false;
      let retries = 0;
      // One after the other: side by side they would be a burst.
      for (const url of urls) {
        const answer = await exchange(url, headers, signal);
        retries += answer.retries;
        if (!answer.ok) return { ...answer, retries };
        calledAt ??= answer.sentAt;
        const nowMs = clock.now().epochMilliseconds;
        const part = judgeAnswer(answer, answer.body, ids, nowMs);
        if (!part.ok) return { ...part, retries };
        for (const [id, coin] of part.coins) coins.set(id, coin);
        refused.push(...part.refused);
        simulated ||= part.simulated;
      }
      const named = new Set(refused.map((line) => line.split(":")[0]));
      const absent = ids.filter((id) => !coins.has(id) && !named.has(id));
      if (coins.size === 0 || calledAt === undefined) {
        const why = refused[0] ?? `none of ${ids.length} coins is in it`;
        const message = `the answer has no usable price: ${why}`;
        const kind = "no_prices";
        return { ok: false, kind, message, status: 200, retries };
      }
      const found = { coins, absent, refused, simulated };
      return { ok: true, status: 200, calledAt, ...found, retries };
    },
  };
}
