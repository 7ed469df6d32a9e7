// What the API answers, made of rows: pure.

import type { Rows } from "../lake/lake_types.ts";
import { isoTime } from "../lake/value_text.ts";

/** A coin's newest price. Numbers are exact text. */
export interface CoinPrice {
  /** The coin's id. */
  readonly coin: string;
  /** In USD. */
  readonly price: string;
  /** In percent. */
  readonly change24h: string | null;
  /** In USD. */
  readonly marketCap: string | null;
  /** In USD. */
  readonly volume24h: string | null;
  /** When the source observed it. */
  readonly observedAt: string;
}

/** A time and a price. */
export type SparkPoint = readonly [at: string, price: string];

/** A candle. */
export interface Candle {
  /** Begin of its hour or day. */
  readonly start: string;
  /** The first price. */
  readonly open: string;
  /** The highest price. */
  readonly high: string;
  /** The lowest price. */
  readonly low: string;
  /** The last price. */
  readonly close: string;
  /** Prices in it. */
  readonly ticks: number;
  /** Whether no more are expected. */
  readonly isFinal: boolean;
}

/** A snapshot of the lake. */
export interface Snapshot {
  /** Its number. */
  readonly version: number;
  /** When it was made. */
  readonly at: string;
}

/** What a commit brought. */
export interface Change {
  /** Records. */
  readonly records: number;
  /** Ticks. */
  readonly ticks: number;
}

/** A value of a row. */
export type Cell = string | null | undefined;

/** A decimal without the zeros that its column's type adds. */
export function plainDecimal(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function decimal(cell: Cell): string | null {
  return cell === null || cell === undefined ? null : plainDecimal(cell);
}

/** A time of a column: the lake's times are UTC. */
function time(cell: Cell): string {
  return String(cell ?? "");
}

/** Rows of the queries for prices. */
export function coinPrices(rows: Rows): CoinPrice[] {
  return rows.map(([coin, price, change, cap, volume, at]) => ({
    coin: String(coin),
    price: decimal(price) ?? "0",
    change24h: decimal(change),
    marketCap: decimal(cap),
    volume24h: decimal(volume),
    observedAt: time(at),
  }));
}

/** Below zero, zero or above, as `sort()` takes it; decimals that are >= 0. */
function compareDecimals(a: string, b: string): number {
  const [wholeA = "", fractionA = ""] = a.split(".");
  const [wholeB = "", fractionB = ""] = b.split(".");
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length;
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1;
  return fractionA === fractionB ? 0 : fractionA < fractionB ? -1 : 1;
}

/** By market cap, the largest first; coins without one by name at the end. */
export function byMarketCap(coins: Iterable<CoinPrice>): CoinPrice[] {
  return [...coins].sort((a, b) => {
    const name = a.coin < b.coin ? -1 : 1;
    if (a.marketCap === null || b.marketCap === null) {
      if (a.marketCap === b.marketCap) return name;
      return a.marketCap === null ? 1 : -1;
    }
    return compareDecimals(b.marketCap, a.marketCap) || name;
  });
}

/** Rows of the query for sparklines, by coin. */
export function sparkLines(rows: Rows): Map<string, SparkPoint[]> {
  const lines = new Map<string, SparkPoint[]>();
  for (const [coin, at, price] of rows) {
    const line = lines.get(String(coin)) ?? [];
    line.push([time(at), decimal(price) ?? "0"]);
    lines.set(String(coin), line);
  }
  return lines;
}

/** Rows of the query for candles, oldest first. */
export function candlesOf(rows: Rows): Candle[] {
  return rows.map(([start, open, high, low, close, ticks, isFinal]) => ({
    start: time(start),
    open: decimal(open) ?? "0",
    high: decimal(high) ?? "0",
    low: decimal(low) ?? "0",
    close: decimal(close) ?? "0",
    ticks: Number(ticks),
    isFinal: isFinal === "true",
  })).reverse();
}

/** A row of a number and a time in µs. */
export function snapshotOf(row: readonly Cell[]): Snapshot {
  const [version, micros] = row;
  return {
    version: Number(version),
    at: isoTime(BigInt(micros ?? 0)) ?? "",
  };
}

/** What a commit's message says of it. */
export function changeOf(message: Cell): Change {
  const [, records = 0, ticks = 0] =
    /^(\d+) records, (\d+) ticks$/.exec(message ?? "") ?? [];
  return { records: Number(records), ticks: Number(ticks) };
}
