/**
 * CoinGecko's `/simple/price` as a {@linkcode Source}.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Coin, PollFailure, PollResult, Source } from "../source.ts";
import { BodyTooLargeError, readBody } from "./body.ts";
import type { CoingeckoAccess } from "./coingecko_access.ts";
import { parseExact } from "./exact_json.ts";
import { retryAfterMs } from "./retry_after.ts";
import { apiError, parsePrices } from "./simple_price.ts";
import { SIMULATOR_HEADER } from "./simulator_header.ts";

/** An answer's bound in bytes; a thousand coins take about 150 kB. */
const bodyLimit = 4 * 1024 * 1024;

/** Longer addresses are refused by servers on the way (HTTP 414). */
const urlLimit = 2_000;

/** What the source needs. Durations are milliseconds. */
export interface CoingeckoOptions {
  /** Address, plan and key. */
  readonly access: CoingeckoAccess;
  /** The coins to ask for. */
  readonly ids: readonly string[];
  /** For one whole answer, its body included. */
  readonly timeoutMs: number;
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
  const said = error === undefined ? "" : `: ${error.message}`;
  const fail = (
    kind: PollFailure["kind"],
    message: string,
  ): PollFailure => ({ ok: false, kind, message, status });

  if (status === 429 || error?.code === "429") {
    const retryAfter = retryAfterMs(headers.get("retry-after"), nowMs);
    return {
      ...fail("rate_limit", `HTTP ${status}, rate limit reached${said}`),
      retryAfterMs: retryAfter,
    };
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

async function ask(
  options: CoingeckoOptions,
  url: string,
  signal: AbortSignal,
): Promise<Part | PollFailure> {
  const { access, timeoutMs, clock } = options;
  const headers = new Headers({ accept: "application/json" });
  if (access.keyHeader !== undefined) headers.set(...access.keyHeader);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const response = await options.fetch(url, {
      headers,
      redirect: "manual",
      signal: AbortSignal.any([signal, timeout.signal]),
    });
    const body = await readBody(response, bodyLimit);
    const nowMs = clock.now().epochMilliseconds;
    return judgeAnswer(response, body, options.ids, nowMs);
  } catch (error) {
    if (timeout.signal.aborted) {
      const message = `no whole answer within ${timeoutMs / 1000} s`;
      return { ok: false, kind: "timeout", message };
    }
    const kind = error instanceof BodyTooLargeError ? "too_large" : "network";
    return { ok: false, kind, message: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Makes the source. Nothing is sent before the first poll. */
export function coingecko(options: CoingeckoOptions): Source {
  const { access, ids, clock } = options;
  const urls = requestUrls(access.baseUrl, ids);
  const { hostname, port, protocol } = new URL(access.baseUrl);
  const actualPort = port || (protocol === "https:" ? "443" : "80");
  return {
    address: `${access.baseUrl}/simple/price`,
    hosts: [`${hostname}:${actualPort}`],
    async poll(signal): Promise<PollResult> {
      const calledAt = clock.now();
      const coins = new Map<string, Coin>();
      const refused: string[] = [];
      let simulated = false;
      // One after the other: side by side they would be a burst.
      for (const url of urls) {
        const part = await ask(options, url, signal);
        if (!part.ok) return part;
        for (const [id, coin] of part.coins) coins.set(id, coin);
        refused.push(...part.refused);
        simulated ||= part.simulated;
      }
      const named = new Set(refused.map((line) => line.split(":")[0]));
      const absent = ids.filter((id) => !coins.has(id) && !named.has(id));
      if (coins.size === 0) {
        const why = refused[0] ?? `none of ${ids.length} coins is in it`;
        const message = `the answer has no usable price: ${why}`;
        return { ok: false, kind: "no_prices", message, status: 200 };
      }
      return {
        ok: true,
        coins,
        status: 200,
        calledAt,
        absent,
        refused,
        simulated,
      };
    },
  };
}
