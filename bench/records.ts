// Records like those of the default configuration: ten coins, 2.1 kB, with the
// simulator's prices, which take as much to read and to compress as real ones.

import { makeRecord } from "../producer/envelope.ts";
import type { PriceRecord } from "../producer/outbox/outbox.ts";
import type { Coin } from "../producer/sources/source.ts";
import {
  type SimulatedCoin,
  simulatedCoins,
} from "../tasks/simulator/coins.ts";
import { quoteAt } from "../tasks/simulator/market.ts";
import { exactNumber } from "../producer/sources/exact_json.ts";

/** The coins of the default configuration. */
const defaultCoins = [...simulatedCoins.values()].slice(0, 10);
export const coinIds = defaultCoins.map(({ id }) => id);
const market = { seed: "bench", cacheMs: 60_000 };
const instance = crypto.randomUUID();

/** What differs from one record to the next. */
export type RecordKind =
  /** All that does in a stream: the simulator's numbers, of up to 17 digits. */
  | "market"
  /** A price of two decimals, times and ids: less to read and to compress. */
  | "alike";

function coinOf(
  coin: SimulatedCoin,
  sequence: number,
  kind: RecordKind,
): Coin | undefined {
  const quote = kind === "market"
    ? quoteAt(market, coin, { step: sequence, isFull: false })
    : {
      price: (93_000 + sequence / 100).toFixed(2),
      cap: "1855524642938.09",
      volume: "91517389314.45",
      change: "6.77382",
    };
  return quote && {
    usd: exactNumber(quote.price),
    usd_market_cap: exactNumber(quote.cap),
    usd_24h_vol: exactNumber(quote.volume),
    usd_24h_change: exactNumber(quote.change),
    last_updated_at: exactNumber(String(1_764_758_514 + sequence)),
  };
}

/** Record number `sequence`, no two with the same text. */
export function recordOf(
  topic: string,
  sequence: number,
  kind: RecordKind = "market",
): PriceRecord {
  const coins = new Map(defaultCoins.flatMap((coin): [string, Coin][] => {
    const quoted = coinOf(coin, sequence, kind);
    return quoted === undefined ? [] : [[coin.id, quoted]];
  }));
  const calledAt = Temporal.Now.instant();
  return makeRecord(
    {
      ok: true,
      coins,
      status: 200,
      calledAt,
      missing: [],
      refused: [],
      simulated: true,
    },
    {
      topic,
      sourceSystem: "coingecko_simulator",
      address: "http://127.0.0.1/api/v3/simple/price",
      instance,
    },
    { id: crypto.randomUUID(), sequence, madeAt: calledAt },
  );
}

/** Bytes of key, value and headers, all ASCII. */
export function sizeOf({ key, value, headers }: PriceRecord): number {
  const text = Object.entries(headers).flat().join("");
  return key.length + value.length + text.length;
}
