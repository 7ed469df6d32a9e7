// What the views must be, from the records, in exact whole numbers: a price is
// counted in units of its last digit, a time in µs.

import { isoTime } from "../../lakehouse/lake/value_text.ts";
import type { GoldCoin } from "./gold_records.ts";

interface Tick {
  readonly coin: string;
  readonly micros: bigint;
  readonly price: bigint;
  readonly volume: bigint | null;
  readonly cap: bigint | null;
  readonly change: bigint | null;
  readonly offset: number;
  readonly processed: bigint;
}

type Row = (string | null)[];

const minute = 60_000_000n;
const hour = 60n * minute;
const day = 24n * hour;

function units(text: string, scale: number): bigint | null {
  if (text === "null") return null;
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(scale, "0"));
}

function decimal(value: bigint | null, scale: number): string | null {
  if (value === null) return null;
  const text = String(value).replace("-", "").padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  return `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

function time(micros: bigint): string {
  return isoTime(micros) ?? "";
}

/** The first record of a key wins. */
function ticksOf(
  records: readonly (readonly GoldCoin[])[],
  processedAt: (offset: number) => bigint,
): Tick[] {
  const ticks = new Map<string, Tick>();
  records.forEach((coins, offset) => {
    for (const { coin, micros, ...text } of coins) {
      const key = `${coin} ${micros}`;
      if (ticks.has(key)) continue;
      ticks.set(key, {
        coin,
        micros,
        price: units(text.price, 18) ?? 0n,
        volume: units(text.volume, 8),
        cap: units(text.cap, 8),
        change: units(text.change, 18),
        offset,
        processed: processedAt(offset),
      });
    }
  });
  return [...ticks.values()].sort((a, b) => a.micros < b.micros ? -1 : 1);
}

interface Candle {
  readonly coin: string;
  readonly start: bigint;
  readonly cap: bigint | null;
  /** The columns from `open_price` on. */
  readonly columns: Row;
}

/** Ticks are in the order of their times. */
function candlesOf(ticks: readonly Tick[], length: bigint): Candle[] {
  const newest = ticks.at(-1)?.micros ?? 0n;
  const groups = Map.groupBy(
    ticks,
    ({ coin, micros }) => `${coin} ${micros - micros % length}`,
  );
  return Array.from(groups, ([key, all]) => {
    const [coin = "", text = ""] = key.split(" ");
    const start = BigInt(text);
    const prices = all.map(({ price }) => price);
    const volume = all.findLast((tick) => tick.volume !== null)?.volume ?? null;
    const cap = all.findLast((tick) => tick.cap !== null)?.cap ?? null;
    const columns = [
      prices[0] ?? 0n,
      prices.reduce((a, b) => a > b ? a : b),
      prices.reduce((a, b) => a < b ? a : b),
      prices.at(-1) ?? 0n,
    ].map((price) => decimal(price, 18));
    columns.push(
      String(all.length),
      decimal(volume, 8),
      decimal(cap, 8),
      time(all[0]?.micros ?? 0n),
      time(all.at(-1)?.micros ?? 0n),
      String(start + length + 10n * minute <= newest),
    );
    return { coin, start, cap, columns };
  });
}

interface Version {
  readonly coin: string;
  readonly rank: number | null;
  readonly from: bigint;
  readonly to: bigint | undefined;
}

/** A version begins on the day on which the rank is another one. */
function versionsOf(daily: readonly Candle[]): Version[] {
  const ranks = new Map<string, [bigint, number | null][]>();
  const days = [...Map.groupBy(daily, ({ start }) => start)]
    .sort(([a], [b]) => a < b ? -1 : 1);
  for (const [start, all] of days) {
    const order = all.toSorted((a, b) => {
      if (a.cap === b.cap) return a.coin < b.coin ? -1 : 1;
      if (a.cap === null) return 1;
      return b.cap === null || a.cap > b.cap ? -1 : 1;
    });
    order.forEach(({ coin, cap }, at) => {
      const list = ranks.get(coin) ?? [];
      const rank = cap === null ? null : at + 1;
      if (list.length === 0 || list.at(-1)?.[1] !== rank) {
        list.push([start, rank]);
      }
      ranks.set(coin, list);
    });
  }
  return Array.from(ranks).flatMap(([coin, list]) =>
    list.map(([from, rank], at) => ({
      coin,
      rank,
      from,
      to: list[at + 1]?.[0],
    }))
  );
}

function versionKey({ coin, from }: Version): string {
  return `${coin}@${time(from).slice(0, 10)}`;
}

/** 2025120310 is 2025-12-03 10:00. */
function timeKey(start: bigint): string {
  return time(start).slice(0, 13).replaceAll(/[-T]/g, "");
}

function timeRow(start: bigint): Row {
  const text = time(start);
  const number = (from: number, to: number) =>
    String(Number(text.slice(from, to)));
  // 1970-01-01 was a Thursday.
  const weekday = Number((start / day + 3n) % 7n) + 1;
  return [
    timeKey(start),
    text,
    text.slice(0, 10),
    number(0, 4),
    number(5, 7),
    number(8, 10),
    number(11, 13),
    String(weekday),
    String(weekday >= 6),
  ];
}

function hoursBetween(first: bigint, last: bigint): bigint[] {
  const starts: bigint[] = [];
  for (let at = first - first % hour; at <= last; at += hour) starts.push(at);
  return starts;
}

function tickRow(tick: Tick): Row {
  return [
    tick.coin,
    decimal(tick.price, 18),
    decimal(tick.volume, 8),
    decimal(tick.cap, 8),
    decimal(tick.change, 18),
    time(tick.micros),
    "test",
    time(tick.processed),
    null,
    "gold",
    "0",
    "0",
    String(tick.offset),
  ];
}

function lastOf(ticks: readonly Tick[], key: (tick: Tick) => string): Tick[] {
  return [...new Map(ticks.map((tick) => [key(tick), tick])).values()];
}

/**
 * The rows of each view, as a reader gives them, in no order.
 *
 * @param processedAt The time of ingestion of a record, in µs.
 */
export function expectedViews(
  records: readonly (readonly GoldCoin[])[],
  processedAt: (offset: number) => bigint,
): Record<string, Row[]> {
  const ticks = ticksOf(records, processedAt);
  const hourly = candlesOf(ticks, hour);
  const daily = candlesOf(ticks, day);
  const versions = versionsOf(daily);
  const candleRow = ({ coin, start, columns }: Candle): Row => [
    coin,
    time(start),
    ...columns,
  ];
  const factRow = ({ coin, start, columns }: Candle): Row => {
    const version = versions.filter((one) =>
      one.coin === coin && one.from <= start &&
      (one.to === undefined || one.to > start)
    );
    if (version[0] === undefined || version.length > 1) throw new Error(coin);
    return [
      versionKey(version[0]),
      timeKey(start),
      coin,
      time(start),
      ...columns.slice(0, 7),
      columns.at(-1) ?? null,
    ];
  };
  const minuteOf = ({ coin, micros }: Tick) => `${coin} ${micros / minute}`;
  return {
    "silver.crypto_prices_clean": lastOf(ticks, minuteOf).map((tick) => [
      tick.coin,
      decimal(tick.price, 18),
      decimal(tick.volume, 8),
      decimal(tick.change, 18),
      time(tick.micros),
      time(tick.processed),
    ]),
    "gold.crypto_latest": lastOf(ticks, ({ coin }) => coin).map(tickRow),
    "gold.crypto_hourly_ohlc": hourly.map(candleRow),
    "gold.crypto_daily_ohlc": daily.map(candleRow),
    "gold.dim_crypto": versions.map((one) => [
      versionKey(one),
      one.coin,
      one.rank === null ? null : String(one.rank),
      time(one.from),
      one.to === undefined ? "9999-12-31T00:00:00Z" : time(one.to),
      String(one.to === undefined),
    ]),
    "gold.dim_time": hoursBetween(
      ticks[0]?.micros ?? 0n,
      ticks.at(-1)?.micros ?? 0n,
    ).map(timeRow),
    "gold.fact_crypto_hourly": hourly.map(factRow),
  };
}
