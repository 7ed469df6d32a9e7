/**
 * Simulated prices: a seeded random walk that can be asked for any moment, so
 * that a test can tell afterwards what must have been served.
 *
 * @module
 */

/** A coin as it starts; amounts in US dollars. */
interface Start {
  readonly price: number;
  readonly supply: number;
  /** Its fields, where the digits themselves matter. */
  readonly fixed?: Readonly<Record<string, string>>;
}

const coins: Readonly<Record<string, Start>> = {
  "bitcoin": { price: 92_937, supply: 19_960_000 },
  "ethereum": { price: 3_050, supply: 120_700_000 },
  "binancecoin": { price: 905, supply: 137_700_000 },
  "cardano": { price: 0.44, supply: 36_600_000_000 },
  "solana": { price: 142, supply: 559_000_000 },
  "ripple": { price: 2.18, supply: 60_300_000_000 },
  "polkadot": { price: 2.31, supply: 1_640_000_000 },
  "dogecoin": { price: 0.151, supply: 152_000_000_000 },
  "avalanche-2": { price: 14.6, supply: 428_000_000 },
  "chainlink": { price: 14.2, supply: 697_000_000 },
  // Answers of the real API whose digits a double does not keep.
  "tiny-token": {
    price: 2.08e-6,
    supply: 1e15,
    fixed: { usd: "2.08e-06", usd_market_cap: "1542226908349.8406" },
  },
  "huge-cap": {
    price: 1,
    supply: 1e16,
    fixed: { usd_market_cap: "9007199254740993", usd_24h_change: "null" },
  },
};

/** The ids of all simulated coins. */
export const coinIds: readonly string[] = Object.keys(coins);

/** A number from 0 to 1 that depends on the text alone. */
export function noise(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * How far the walk has gone, between -1 and 1. Octaves of noise stand in for a
 * sum of steps, so that any step is found without walking there.
 */
function walk(seed: string, id: string, step: number): number {
  let sum = 0;
  for (let octave = 0, span = 1; octave < 8; octave++, span *= 4) {
    const at = Math.floor(step / span);
    const part = step / span - at;
    const from = noise(`${seed}/${id}/${octave}/${at}`);
    const to = noise(`${seed}/${id}/${octave}/${at + 1}`);
    sum += (from + (to - from) * part - 0.5) * 2 * (octave + 1);
  }
  return sum / 36;
}

const digits = (value: number) => String(Number(value.toPrecision(10)));

/** The fields of a coin as JSON text, by name. */
export type CoinText = Readonly<Record<string, string>>;

/**
 * The coin's fields in one step of the cache.
 *
 * @param cacheMs How long a step lasts, in milliseconds.
 * @param nowMs The time, ms since 1970.
 * @returns `undefined` for an unknown coin.
 */
export function coinAt(
  seed: string,
  id: string,
  cacheMs: number,
  nowMs: number,
): CoinText | undefined {
  const start = Object.hasOwn(coins, id) ? coins[id] : undefined;
  if (start === undefined) return undefined;
  const step = Math.floor(nowMs / cacheMs);
  const perDay = Math.round(24 * 60 * 60 * 1000 / cacheMs);
  const priceOf = (at: number) =>
    Number((start.price * (1 + 0.2 * walk(seed, id, at))).toPrecision(6));
  const price = priceOf(step);
  const change = (price / priceOf(step - perDay) - 1) * 100;
  const volume = price * start.supply * (0.03 + 0.02 * noise(`${id}/${step}`));
  return {
    usd: digits(price),
    usd_market_cap: digits(price * start.supply),
    usd_24h_vol: digits(volume),
    usd_24h_change: digits(change),
    last_updated_at: String(Math.floor(step * cacheMs / 1000)),
    ...start.fixed,
  };
}
