// The price of a coin: a pure function of seed, coin and time.

import type { SimulatedCoin } from "./coins.ts";
import { printNumber, printPrice } from "./digits.ts";
import { walkAt } from "./random_walk.ts";

/** The settings that determine all prices. */
export interface MarketSettings {
  /** Equal seeds give equal prices at equal times. */
  readonly seed: string;
  /** How long prices are cached, in milliseconds; CoinGecko: 60,000. */
  readonly cacheMs: number;
}

/** The standard deviation of a price per step: 0.06 %. */
const deviationPerStep = 0.0006;
const dayMs = 86_400_000;

/** The number of the cache step at a time. */
export function stepAt(cacheMs: number, nowMs: number): number {
  return Math.floor(nowMs / cacheMs);
}

/** The time of the prices of a step, in whole seconds since 1970. */
export function updatedAt(cacheMs: number, step: number): number {
  return Math.floor(step * cacheMs / 1000);
}

/**
 * The price of a coin at a step, in US dollars, with all digits.
 *
 * @param step From {@linkcode stepAt}.
 */
export function priceAt(
  seed: string,
  coin: SimulatedCoin,
  step: number,
): number {
  return coin.price *
    Math.exp(deviationPerStep * walkAt(`${seed} price ${coin.id}`, step));
}

/** The change over 24 hours in percent, calculated from the prices. */
export function changeAt(
  { seed, cacheMs }: MarketSettings,
  coin: SimulatedCoin,
  step: number,
): number {
  const before = priceAt(seed, coin, step - Math.round(dayMs / cacheMs));
  return (priceAt(seed, coin, step) / before - 1) * 100;
}

/**
 * A coin's figures at a step as JSON text, so that their digits never change;
 * volume and change are those of 24 hours, the change in percent.
 *
 * @param isFull Whether the price has all its digits.
 * @returns `undefined` for a coin without figures.
 */
export function quoteAt(
  settings: MarketSettings,
  coin: SimulatedCoin,
  { step, isFull }: { readonly step: number; readonly isFull: boolean },
): Record<"price" | "cap" | "volume" | "change", string> | undefined {
  const none = "null";
  if (coin.edge === "empty") return undefined;
  if (coin.edge === "no price") {
    return { price: none, cap: none, volume: none, change: none };
  }
  const price = priceAt(settings.seed, coin, step);
  const volumeWalk = walkAt(`${settings.seed} volume ${coin.id}`, step);
  return {
    price: isFull ? printNumber(price) : printPrice(price),
    // Odd and above 2^53: no double can hold it, so rounding is visible.
    cap: coin.edge === "huge cap"
      ? String(15_422_269_083_498_407n + 2n * BigInt(step % 1_000_000))
      : printNumber(price * coin.supply),
    volume: printNumber(coin.volume * Math.exp(0.003 * volumeWalk)),
    change: coin.edge === "stale"
      ? none
      : printNumber(changeAt(settings, coin, step)),
  };
}
