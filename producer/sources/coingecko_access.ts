/**
 * Which CoinGecko, and as whom: address, plan and key must fit together.
 *
 * Demo keys work on `api.coingecko.com` only and Pro keys on
 * `pro-api.coingecko.com` only; the wrong pair is answered with HTTP 400
 * (https://docs.coingecko.com/reference/authentication).
 *
 * @module
 */

import { UsageError } from "../../lib/errors.ts";

/** The plans that differ in address and header. */
export const plans = ["keyless", "demo", "pro"] as const;

/** One of {@linkcode plans}. */
export type Plan = typeof plans[number];

/** A checked way to reach CoinGecko. */
export interface CoingeckoAccess {
  /** The base address, without a slash at its end. */
  readonly baseUrl: string;
  /** The plan. */
  readonly plan: Plan;
  /** The header that carries the key, if there is a key. */
  readonly keyHeader: readonly [name: string, value: string] | undefined;
}

const freeHost = "api.coingecko.com";
const proHost = "pro-api.coingecko.com";

const headerOf = {
  demo: "x-cg-demo-api-key",
  pro: "x-cg-pro-api-key",
} as const;

function parseBase(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError("expected an address that starts with https://");
  }
  if (url.search !== "" || url.username !== "" || url.password !== "") {
    throw new UsageError(
      "expected no key or question mark in it: a key goes in COINGECKO_API_KEY",
    );
  }
  if (!/\/api\/v3\/?$/.test(url.pathname)) {
    throw new UsageError("expected an address that ends in /api/v3");
  }
  const known = url.hostname === freeHost || url.hostname === proHost;
  if (known && url.protocol !== "https:") {
    throw new UsageError("expected https:// for CoinGecko's own hosts");
  }
  return url;
}

/**
 * Fits address, key and plan together.
 *
 * @param base The base address, ends in `/api/v3`.
 * @param key The API key, empty for none.
 * @param planText The plan, empty for the one that address and key imply.
 * @throws {UsageError} for an address of another form or a pair that CoinGecko
 * refuses. The key is never part of the message.
 */
export function coingeckoAccess(
  base: string,
  key: string,
  planText: string,
): CoingeckoAccess {
  const url = parseBase(base);
  const isPro = url.hostname === proHost;
  const implied: Plan = isPro ? "pro" : key === "" ? "keyless" : "demo";
  const plan = planText === ""
    ? implied
    : plans.find((known) => known === planText);
  if (plan === undefined) {
    throw new UsageError(
      `COINGECKO_API_PLAN "${planText}" is not a plan: ` +
        `expected ${plans.join(", ")}`,
    );
  }
  if (plan === "keyless" && key !== "") {
    throw new UsageError(
      "COINGECKO_API_PLAN is keyless but COINGECKO_API_KEY is set: " +
        "expected demo or pro",
    );
  }
  if (plan !== "keyless" && key === "") {
    throw new UsageError(`the ${plan} plan needs COINGECKO_API_KEY`);
  }
  if (isPro !== (plan === "pro") && (isPro || url.hostname === freeHost)) {
    throw new UsageError(
      `the ${plan} plan is not served there: expected ` +
        `https://${plan === "pro" ? proHost : freeHost}/api/v3`,
    );
  }
  if (!/^[\x21-\x7e]*$/.test(key)) {
    throw new UsageError(
      "COINGECKO_API_KEY has blanks or signs that no key has",
    );
  }
  return {
    baseUrl: url.href.replace(/\/$/, ""),
    plan,
    keyHeader: plan === "keyless" ? undefined : [headerOf[plan], key],
  };
}
