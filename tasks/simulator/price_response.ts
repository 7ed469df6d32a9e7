// `/simple/price`: from a query to a reply.

import { json, jsonText, type Reply } from "./replies.ts";
import { simulatedCoins } from "./coins.ts";
import { type MarketSettings, quoteAt, stepAt, updatedAt } from "./market.ts";

function list(text: string | null): string[] {
  const words = (text ?? "").split(",").map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ""))];
}

function missingParameter(name: string): Reply {
  return json({ error: `Missing parameter ${name}` }, 400);
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
  const isFull = query.get("precision") === "full";
  const isSet = (name: string) => query.get(name) === "true";
  const step = stepAt(market.cacheMs, nowMs);
  const coins: string[] = [];
  for (const id of ids) {
    const coin = simulatedCoins.get(id);
    if (coin === undefined) continue;
    const quote = quoteAt(market, coin, { step, isFull });
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
