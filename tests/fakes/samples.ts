import { makeRecord } from "../../producer/envelope.ts";
import type { PriceRecord } from "../../producer/outbox/outbox.ts";
import type { StoredRecord } from "../../kafka/tail_reader.ts";
import type { Coin, Sample } from "../../producer/sources/source.ts";
import { exactNumber } from "../../producer/sources/exact_json.ts";

/** The time of the first sample, ms since 1970. */
export const startMs = 1_764_758_550_109;

const instance = "0b4c81fc-0ff7-48da-8efb-6dd5936a6580";

/** A coin from the text of its price. */
export function coin(usd: string, updated = "1764758514"): Coin {
  return {
    usd: exactNumber(usd),
    usd_market_cap: exactNumber("1855524642938.09"),
    usd_24h_vol: exactNumber("91517389314.45"),
    usd_24h_change: exactNumber("6.77"),
    last_updated_at: exactNumber(updated),
  };
}

/** A sample with one coin, taken this long after the start. */
export function sample(afterMs = 0, coins?: Record<string, Coin>): Sample {
  return {
    ok: true,
    coins: new Map(Object.entries(coins ?? { bitcoin: coin("92937") })),
    status: 200,
    calledAt: Temporal.Instant.fromEpochMilliseconds(startMs + afterMs),
    missing: [],
    refused: [],
    simulated: false,
  };
}

export interface Changes {
  readonly afterMs?: number;
  readonly instance?: string;
  readonly id?: string;
  readonly system?: string;
  readonly topic?: string;
  readonly coins?: Record<string, Coin>;
}

export function record(sequence: number, changes: Changes = {}): PriceRecord {
  const made = sample(changes.afterMs ?? sequence * 30_000, changes.coins);
  const id = String(sequence).padStart(12, "0");
  return makeRecord(made, {
    topic: changes.topic ?? "crypto.prices.raw",
    sourceSystem: changes.system ?? "coingecko_v3",
    address: "https://api.coingecko.com/api/v3/simple/price",
    instance: changes.instance ?? instance,
  }, {
    id: changes.id ?? `00000000-0000-4000-8000-${id}`,
    sequence,
    madeAt: made.calledAt.add({ microseconds: 780 }),
  });
}

/** A record as stored in Kafka. */
export function storedAt(
  { key, value, headers, timestampMs }: PriceRecord,
  partition: number,
  offset: bigint,
): StoredRecord {
  const encode = (text: string) => new TextEncoder().encode(text);
  const bytes = { key: encode(key), value: encode(value) };
  return { partition, offset, timestampMs, ...bytes, headers };
}

export function stored(sequence: number, changes: Changes = {}): StoredRecord {
  return storedAt(record(sequence, changes), 0, BigInt(sequence));
}
