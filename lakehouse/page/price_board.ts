// The newest price of each coin, kept up with the lake by reading what is new
// in it alone.

import type { LakeQueries, Rows } from "../lake/lake_types.ts";
import { latestPrices, pricesSince } from "./questions.ts";
import { byMarketCap, type CoinPrice, coinPrices } from "./shapes.ts";

/** The prices of a snapshot. */
export interface Board {
  /** The snapshot. */
  readonly version: number;
  /** By market cap. */
  readonly coins: readonly CoinPrice[];
  /** The newest Kafka timestamp, ms since 1970; `undefined` for no prices. */
  readonly newestMs: number | undefined;
}

const kafkaMs = 6;
const processedMicros = 7;

function newest(rows: Rows, column: number, before: bigint): bigint {
  return rows.reduce((max, row) => {
    const found = BigInt(row[column] ?? 0);
    return found > max ? found : max;
  }, before);
}

/** As text, `…:48.5Z` would stand before `…:48Z`. */
function isNewer(coin: CoinPrice, before: CoinPrice): boolean {
  const { compare } = Temporal.Instant;
  return compare(coin.observedAt, before.observedAt) > 0;
}

/** The newest prices. Snapshots come in their order. */
export class PriceBoard {
  readonly #lake: LakeQueries;
  readonly #coins = new Map<string, CoinPrice>();
  /** The snapshot that brought each price. */
  readonly #since = new Map<string, number>();
  #version = -1;
  #newestMs = 0n;
  #processed = 0n;
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * Nothing is asked yet.
   *
   * @param lake Where the prices come from.
   */
  constructor(lake: LakeQueries) {
    this.#lake = lake;
  }

  /**
   * Brings the prices up to a snapshot; an older one than before changes
   * nothing.
   *
   * @throws what the lake throws.
   */
  follow(version: number): Promise<void> {
    const done = this.#queue.then(() => this.#follow(version));
    this.#queue = done.catch(() => {});
    return done;
  }

  async #follow(version: number): Promise<void> {
    if (version <= this.#version) return;
    // The first look reads all; the empty lake stays at it.
    const rows = this.#processed === 0n
      ? await this.#lake.ask(latestPrices(version))
      : await this.#lake.ask(pricesSince(version), [this.#processed]);
    for (const coin of coinPrices(rows)) {
      const before = this.#coins.get(coin.coin);
      if (before !== undefined && !isNewer(coin, before)) continue;
      this.#coins.set(coin.coin, coin);
      this.#since.set(coin.coin, version);
    }
    this.#version = version;
    this.#newestMs = newest(rows, kafkaMs, this.#newestMs);
    this.#processed = newest(rows, processedMicros, this.#processed);
  }

  /** Prices that snapshots after one brought, by market cap. */
  changedSince(version: number): CoinPrice[] {
    return byMarketCap(
      [...this.#coins.values()]
        .filter(({ coin }) => (this.#since.get(coin) ?? 0) > version),
    );
  }

  /** The prices as they are now. */
  get now(): Board {
    return {
      version: this.#version,
      coins: byMarketCap(this.#coins.values()),
      newestMs: this.#newestMs === 0n ? undefined : Number(this.#newestMs),
    };
  }
}
