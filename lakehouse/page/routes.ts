// What a URL asks for: pure.

import { type Moment, parseMoment } from "../lake/moment.ts";
import { UsageError } from "../../lib/errors.ts";

/** Length of a candle. */
export type Interval = "hour" | "day";

/** What is asked for. */
export type Route =
  | { readonly kind: "asset"; readonly name: string }
  | { readonly kind: "prices"; readonly at: Moment | undefined }
  | {
    readonly kind: "candles";
    readonly coin: string;
    readonly interval: Interval;
    readonly limit: number;
    readonly at: Moment | undefined;
  }
  | { readonly kind: "chain" }
  | { readonly kind: "snapshots"; readonly limit: number }
  | { readonly kind: "events" }
  | { readonly kind: "unknown" };

const maxLimit = 10_000;
const defaultCandles = 200;
const defaultSnapshots = 100;

function limitOf(query: URLSearchParams, fallback: number): number {
  const text = query.get("limit") ?? String(fallback);
  const limit = Number(text);
  if (/^\d{1,6}$/.test(text) && limit >= 1 && limit <= maxLimit) return limit;
  throw new UsageError(
    `limit is "${text}": expected a whole number from 1 to ${maxLimit}`,
  );
}

function momentOf(query: URLSearchParams): Moment | undefined {
  const text = query.get("at");
  return text === null ? undefined : parseMoment(text, "at");
}

function candles(query: URLSearchParams): Route {
  const coin = query.get("coin") ?? "";
  const interval = query.get("interval") ?? "hour";
  if (coin === "" || coin.length > 200) {
    throw new UsageError(
      `coin is "${coin.slice(0, 20)}": expected a coin's id such as bitcoin`,
    );
  }
  if (interval !== "hour" && interval !== "day") {
    throw new UsageError(`interval is "${interval}": expected hour or day`);
  }
  const limit = limitOf(query, defaultCandles);
  return { kind: "candles", coin, interval, limit, at: momentOf(query) };
}

const api: Readonly<
  Record<string, readonly [string[], (query: URLSearchParams) => Route]>
> = {
  "/api/prices": [["at"], (query) => ({ kind: "prices", at: momentOf(query) })],
  "/api/candles": [["coin", "interval", "limit", "at"], candles],
  "/api/chain": [[], () => ({ kind: "chain" })],
  "/api/snapshots": [
    ["limit"],
    (query) => ({ kind: "snapshots", limit: limitOf(query, defaultSnapshots) }),
  ],
  "/api/events": [[], () => ({ kind: "events" })],
};

function parse(path: string, query: URLSearchParams): Route {
  const found = Object.hasOwn(api, path) ? api[path] : undefined;
  if (found === undefined) return { kind: "unknown" };
  const [known, route] = found;
  const seen = new Set<string>();
  for (const name of query.keys()) {
    if (!known.includes(name)) {
      const expected = known.length === 0 ? "none" : known.join(", ");
      throw new UsageError(`unknown parameter "${name}": expected ${expected}`);
    }
    if (seen.has(name)) throw new UsageError(`${name} is given twice`);
    seen.add(name);
  }
  return route(query);
}

/**
 * What a URL asks for.
 *
 * @throws {UsageError} for a parameter that is wrong.
 */
export function routeOf({ pathname, searchParams }: URL): Route {
  if (pathname === "/") return { kind: "asset", name: "index.html" };
  const [, name] = /^\/assets\/([a-z0-9_-]+(?:\.[a-z0-9]+)+)$/.exec(pathname) ??
    [];
  return name === undefined
    ? parse(pathname, searchParams)
    : { kind: "asset", name };
}
