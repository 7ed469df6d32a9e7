// Records like those of the default configuration: ten coins, 1.8 kB.

import { makeRecord } from "../producer/envelope.ts";
import type { PriceRecord } from "../producer/outbox/outbox.ts";
import type { Coin } from "../producer/sources/source.ts";
import { simulatedCoins } from "../tasks/simulator/coins.ts";
import { exactNumber } from "../producer/sources/exact_json.ts";

/** The coins of the default configuration. */
export const coinIds = [...simulatedCoins.keys()].slice(0, 10);
const instance = crypto.randomUUID();

/** Record number `sequence`, no two with the same text. */
export function recordOf(topic: string, sequence: number): PriceRecord {
  const price = (93_000 + sequence / 100).toFixed(2);
  const coins = new Map(coinIds.map((id): [string, Coin] => [id, {
    usd: exactNumber(price),
    usd_market_cap: exactNumber("1855524642938.09"),
    usd_24h_vol: exactNumber("91517389314.45"),
    usd_24h_change: exactNumber("6.77382"),
    last_updated_at: exactNumber(String(1_764_758_514 + sequence)),
  }]));
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
