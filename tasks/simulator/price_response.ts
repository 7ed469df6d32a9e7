// `/simple/price`: from a query to a reply.

import { json, jsonText, missingParameter, type Reply } from "./replies.ts";
import { simulatedCoins } from "./coins.ts";
import type { Precision } from "./digits.ts";
import { type MarketSettings, quoteAt, stepAt, updatedAt } from "./market.ts";

function list(text: string | null): string[] {
  const words = (text ?? "").split(",").map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ""))];
}

function precisionOf(text: string | null): Precision | undefined {
  if (text === null || text === "") return "usual";
  if (text === "full") return "full";
  return /^(\d|1[0-8])$/.test(text) ? Number(text) : undefined;
}

/**
 * Handles a query. Unknown coins and currencies (it knows US dollars) are
 * omitted without an error, as the real API does.
 *
 * @param nowMs Milliseconds since 1970.
 */
export function simplePrice(
  query: URLSearchParams,
  market: MarketSettings,
  nowMs: number,
): Reply {
  const ids = list(query.get("ids"));
  const currencies = list(query.get("vs_currencies"));
  if (currencies.length === 0) return missingParameter("vs_currencies");
  if (ids.length === 0) return missingParameter("ids");
  const precision = precisionOf(query.get("precision"));
  if (precision === undefined) {
    return json({ error: "precision must be full or 0 to 18" }, 400);
  }
  const isSet = (name: string) => query.get(name) === "true";
  const step = stepAt(market.cacheMs, nowMs);
  const coins: string[] = [];
  for (const id of ids) {
    const coin = simulatedCoins.get(id);
    if (coin === undefined) continue;
    const quote = quoteAt(market, coin, { step, precision });
    const inUsd = currencies.includes("usd");
    const fields = quote === undefined ? [] : [
      inUsd && `"usd":${quote.price}`,
      inUsd && isSet("include_market_cap") && `"usd_market_cap":${quote.cap}`,
      inUsd && isSet("include_24hr_vol") && `"usd_24h_vol":${quote.volume}`,
      inUsd && isSet("include_24hr_change") &&
      `"usd_24h_change":${quote.change}`,
      isSet("include_last_updated_at") &&
      `"last_updated_at":${updatedAt(market.cacheMs, step)}`,
    ].filter((field) => field !== false);
    coins.push(`"${id}":{${fields.join(",")}}`);
  }
  return jsonText(`{${coins.join(",")}}`);
}
