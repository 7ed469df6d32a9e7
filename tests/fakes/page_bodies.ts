// Bodies of the page's API, the same in each run.

const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const dayMs = 24 * hourMs;

/** When these bodies were made, so to say. */
export const pageNow: number = Date.parse("2026-11-25T21:14:07Z");

interface FakeCoin {
  readonly coin: string;
  /** The price in units of its last digit. */
  readonly units: number;
  readonly digits: number;
  readonly supply: number;
}

const usual: readonly FakeCoin[] = [
  { coin: "bitcoin", units: 9130142, digits: 2, supply: 19_950_000 },
  { coin: "ethereum", units: 313831, digits: 2, supply: 120_700_000 },
  { coin: "tether", units: 999812, digits: 6, supply: 184_000_000_000 },
  { coin: "ripple", units: 219745, digits: 5, supply: 60_100_000_000 },
  { coin: "binancecoin", units: 86975, digits: 2, supply: 137_700_000 },
  { coin: "solana", units: 13872, digits: 2, supply: 558_000_000 },
  { coin: "dogecoin", units: 151234, digits: 6, supply: 151_600_000_000 },
  { coin: "cardano", units: 421901, digits: 6, supply: 36_600_000_000 },
  { coin: "polkadot", units: 22041, digits: 4, supply: 1_640_000_000 },
  { coin: "chainlink", units: 130155, digits: 4, supply: 697_000_000 },
];

/** Names and prices that break a layout that was made for usual ones. */
const awkward: readonly FakeCoin[] = [
  {
    coin: "the-longest-name-that-a-coin-of-the-test-data-has-ever-been-given",
    units: 123,
    digits: 8,
    supply: 420_690_000_000_000,
  },
  { coin: "shiba-inu", units: 812, digits: 8, supply: 589_000_000_000_000 },
  {
    coin: "wrapped-dust",
    units: 1_234_567_890_123_456,
    digits: 18,
    supply: 1_000,
  },
  { coin: "golden-brick", units: 98_765_432_109_999, digits: 4, supply: 21 },
];

/** A decimal of units of its last digit. */
export function decimalOf(units: number, digits: number): string {
  const text = String(Math.round(units)).padStart(digits + 1, "0");
  return digits === 0
    ? text
    : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A time as the API writes it. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

/** A number between -1 and 1 that belongs to two numbers. */
function noise(seed: number, at: number): number {
  let value = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(at + 7, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return ((value ^ (value >>> 15)) >>> 0) / 2 ** 31 - 1;
}

/** What a coin's price is multiplied with at a time: near 1, and 1 at `end`. */
function factor(seed: number, ms: number, end: number): number {
  function wave(time: number): number {
    const hours = time / hourMs;
    return 0.03 * Math.sin(hours / 31 + seed * 2) +
      0.012 * Math.sin(hours / 5 + seed * 3) +
      0.004 * noise(seed, Math.floor(hours * 2));
  }
  return 1 + wave(ms) - wave(end);
}

/** What a lake holds. */
export interface FakeLake {
  /** Coins with awkward names and prices too. */
  readonly isAwkward?: boolean;
  /** No coins at all. */
  readonly isEmpty?: boolean;
  /** When; ms since 1970. */
  readonly now?: number;
}

function coinsOf({ isAwkward, isEmpty }: FakeLake): readonly FakeCoin[] {
  if (isEmpty) return [];
  return isAwkward ? [...usual.slice(0, 6), ...awkward] : usual;
}

/** The body of `/api/prices`. */
export function pricesBody(lake: FakeLake = {}, version = 56) {
  const now = lake.now ?? pageNow;
  const coins = coinsOf(lake).map(({ coin, units, digits, supply }, seed) => {
    const at = (ms: number) =>
      decimalOf(units * factor(seed, ms, pageNow), digits);
    const before = Number(at(now - dayMs));
    const price = at(now);
    const cap = Math.round(Number(price) * supply);
    const change = (Number(price) / before - 1) * 100;
    return {
      coin,
      price,
      change24h: seed === 2 ? null : change.toFixed(6),
      marketCap: String(cap),
      volume24h: String(Math.round(cap * 0.037)),
      observedAt: isoOf(now - 7 * secondMs),
      spark: Array.from({ length: 48 }, (_, index): [string, string] => {
        const ms = now - (47 - index) * hourMs / 2;
        return [isoOf(ms), at(ms)];
      }),
    };
  });
  return {
    version,
    asOf: isoOf(now),
    stale: false,
    coins: coins.sort((a, b) => Number(b.marketCap) - Number(a.marketCap)),
  };
}

/** The body of `/api/candles`. */
export function candlesBody(
  coin: string,
  interval: "hour" | "day",
  { limit = 240, ...lake }: FakeLake & { readonly limit?: number } = {},
) {
  const now = lake.now ?? pageNow;
  const length = interval === "day" ? dayMs : hourMs;
  const seed = coinsOf(lake).findIndex((it) => it.coin === coin);
  const found = coinsOf(lake)[seed];
  const newest = Math.floor(now / length) * length;
  const count = Math.min(limit, interval === "day" ? 90 : 168);
  const candles = found === undefined
    ? []
    : Array.from({ length: count }, (_, index) => {
      const start = newest - (count - 1 - index) * length;
      const end = Math.min(now, start + length);
      const { units, digits } = found;
      const at = (ms: number) => units * factor(seed, ms, pageNow);
      const [open, close] = [at(start), at(end)];
      const spread = units * 0.003;
      return {
        start: isoOf(start),
        open: decimalOf(open, digits),
        high: decimalOf(
          Math.max(open, close) + spread * (1 + noise(seed, index)),
          digits,
        ),
        low: decimalOf(
          Math.min(open, close) - spread * (1 + noise(seed + 50, index)),
          digits,
        ),
        close: decimalOf(close, digits),
        ticks: Math.floor((end - start) / 60_000),
        isFinal: end < now,
      };
    });
  return { coin, interval, version: 56, candles };
}

/** The body of `/api/snapshots`. */
export function snapshotsBody(version = 56, now = pageNow) {
  return {
    first: { version: 1, at: isoOf(now - 6 * dayMs) },
    last: { version, at: isoOf(now) },
    snapshots: [{ version, at: isoOf(now), records: 1, ticks: 10 }],
  };
}
