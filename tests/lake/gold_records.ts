// Records whose prices lie around the edges of minutes, hours and days, in UTC
// and in a zone of half hours: with gaps, repeats and equal market caps, out of
// order.

import { utf8Bytes } from "../../lib/utf8.ts";
import type { BronzeRow } from "../../lakehouse/lake/bronze_row.ts";
import type { Random } from "../chaos/seed.ts";

export interface GoldCoin {
  readonly coin: string;
  /** µs since 1970. */
  readonly micros: bigint;
  /** JSON text: a number, or null. */
  readonly price: string;
  readonly volume: string;
  readonly cap: string;
  readonly change: string;
}

const daySeconds = 86_400;
/** 2025-11-30, so that a month ends on the way. */
const firstDay = 1_764_460_800;
const coins = ["bitcoin", "ethereum", "shiba-inu"];

/** Seconds of a day: its edges, those of India's day, of hours and minutes. */
const edges = [0, 1, 59, 60, 3_599, 3_600, 3_601, 66_599, 66_600, 86_399];

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.whole(0, 9)).join("");
}

function number(random: Random, places: number): string {
  const whole = random.whole(0, 99_999);
  return `${whole}.${digits(random, random.whole(1, places - 1))}1`;
}

function coinOf(random: Random, coin: string): GoldCoin {
  // No prices on the third day.
  const day = [0, 1, 3, 4][random.whole(0, 3)] ?? 0;
  const second = random.chance(0.6)
    ? edges[random.whole(0, edges.length - 1)] ?? 0
    : random.whole(0, daySeconds - 1);
  const fraction = random.chance(0.5) ? 0 : random.chance(0.3) ? 999_999 : 1;
  const seconds = firstDay + day * daySeconds + second;
  return {
    coin,
    micros: BigInt(seconds) * 1_000_000n + BigInt(fraction),
    price: number(random, 18),
    volume: random.chance(0.2) ? "null" : number(random, 8),
    // Few values, so that coins have the same.
    cap: random.chance(0.2) ? "null" : String(random.whole(1, 3)),
    change: random.chance(0.2) ? "null" : `-${number(random, 18)}`,
  };
}

/** Lists of the coins of each record; some are records of before, again. */
export function goldRecords(random: Random, count: number): GoldCoin[][] {
  const records: GoldCoin[][] = [];
  for (let at = 0; at < count; at++) {
    const before = records[random.whole(0, Math.max(0, at - 1))];
    records.push(
      before !== undefined && random.chance(0.2)
        ? before
        : coins.filter(() => random.chance(0.7))
          .map((coin) => coinOf(random, coin)),
    );
  }
  return records;
}

/** The records as the writer of a lake takes them. */
export function goldRows(records: readonly (readonly GoldCoin[])[]) {
  return records.map((list, offset): BronzeRow => {
    const data = list.map(({ coin, micros, price, volume, cap, change }) => {
      const text = String(micros);
      const updated = `${text.slice(0, -6)}.${text.slice(-6)}`;
      return `"${coin}":{"usd":${price},"usd_24h_vol":${volume},` +
        `"usd_market_cap":${cap},"usd_24h_change":${change},` +
        `"last_updated_at":${updated}}`;
    });
    return {
      topic: "gold",
      epoch: 0,
      partition: 0,
      offset: BigInt(offset),
      timestampMs: null,
      key: null,
      headers: "{}",
      payload: utf8Bytes(`{"data":{${data.join()}},"source_system":"test"}`),
      payloadEncoding: "utf-8",
    };
  });
}
