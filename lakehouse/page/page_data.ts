// What the API answers about the lake: each question once for a snapshot.

import { UsageError } from "../../lib/errors.ts";
import type { Moment } from "../lake/moment.ts";
import type { LakeQueries } from "../lake/lake_types.ts";
import { Once } from "./once.ts";
import { PriceBoard } from "./price_board.ts";
import {
  candles,
  changesSince,
  latestPrices,
  newestRejects,
  newestSnapshot,
  oldestSnapshot,
  payload,
  payloadLength,
  rejectCounts,
  size,
  snapshotByNumber,
  snapshotByTime,
  snapshots,
  sparks,
} from "./questions.ts";
import type { Interval } from "./routes.ts";
import {
  byMarketCap,
  type Candle,
  candlesOf,
  type Change,
  changeOf,
  type CoinPrice,
  coinPrices,
  type Snapshot,
  snapshotOf,
  sparkLines,
  type SparkPoint,
} from "./shapes.ts";

/** Answers that are kept; candles of many coins and moments are the most. */
const maxKept = 200;

/** What was rejected. */
export interface Rejects {
  /** Rejects in the lake. */
  readonly total: number;
  /** How many, by reason. */
  readonly byReason: Readonly<Record<string, number>>;
  /** The newest ones, newest first. */
  readonly newest: readonly {
    readonly at: string;
    readonly reason: string;
    readonly coin?: string;
    readonly offset: string;
    readonly partition: number;
    readonly payload: string;
  }[];
}

/** A coin's newest price with its sparkline. */
export interface SparkedPrice extends CoinPrice {
  /** Closes, oldest first. */
  readonly spark: readonly SparkPoint[];
}

/** The lake's snapshots. */
export interface SnapshotList {
  /** The first that can be read. */
  readonly first: Snapshot | null;
  /** The newest. */
  readonly last: Snapshot | null;
  /** Newest first. */
  readonly snapshots: readonly (Snapshot & Change)[];
}

/** How large the lake is. */
export interface Size {
  /** Snapshots that can be read. */
  readonly snapshots: number;
  /** Parquet files. */
  readonly files: number;
  /** Their bytes. */
  readonly bytes: number;
}

function cut(text: string): string {
  return text.length > payloadLength
    ? `${text.slice(0, payloadLength - 1)}…`
    : text;
}

/** Asks the lake for the page. Every method throws what the lake throws. */
export class PageData {
  readonly #lake: LakeQueries;
  readonly #kept = new Once<unknown>(maxKept);
  /** The newest prices. */
  readonly board: PriceBoard;

  /**
   * Nothing is asked yet.
   *
   * @param lake The lake.
   */
  constructor(lake: LakeQueries) {
    this.#lake = lake;
    this.board = new PriceBoard(lake);
  }

  #once<T>(key: string, make: () => Promise<T>): Promise<T> {
    // Each key has its own type.
    return this.#kept.get(key, make) as Promise<T>;
  }

  /** The newest snapshot; several callers at once ask once. */
  async newest(): Promise<Snapshot> {
    try {
      return await this.#once("newest", async () => {
        const [row] = await this.#lake.ask(newestSnapshot);
        return snapshotOf(row ?? []);
      });
    } finally {
      this.#kept.forget("newest");
    }
  }

  /**
   * The snapshot of a moment, by the rules of `--at`.
   *
   * @throws {UsageError} when the lake has none.
   */
  async resolve(at: Moment | undefined): Promise<Snapshot> {
    if (at === undefined) return await this.newest();
    const [[row], [first], last] = await Promise.all([
      "version" in at
        ? this.#lake.ask(snapshotByNumber, [at.version])
        : this.#lake.ask(snapshotByTime, [
          at.time.epochNanoseconds / 1_000n,
        ]),
      this.#lake.ask(oldestSnapshot),
      this.newest(),
    ]);
    if (row !== undefined) return snapshotOf(row);
    const oldest = snapshotOf(first ?? []);
    const asked = "version" in at ? String(at.version) : String(at.time);
    throw new UsageError(
      `at is "${asked}": the lake's snapshots are ${oldest.version} ` +
        `(${oldest.at}) to ${last.version} (${last.at})`,
    );
  }

  /** The newest prices of a snapshot, with sparklines. */
  async prices(
    { version }: Snapshot,
    isNewest: boolean,
  ): Promise<SparkedPrice[]> {
    const coins = isNewest ? await this.#newestPrices(version) : undefined;
    return await this.#once(`prices ${version}`, async () => {
      const found: readonly CoinPrice[] = coins ??
        byMarketCap(coinPrices(await this.#lake.ask(latestPrices(version))));
      const lines = sparkLines(await this.#lake.ask(sparks(version)));
      return found.map((coin) => ({
        ...coin,
        spark: lines.get(coin.coin) ?? [],
      }));
    });
  }

  async #newestPrices(
    version: number,
  ): Promise<readonly CoinPrice[] | undefined> {
    await this.board.follow(version);
    const { now } = this.board;
    // Another request may have gone on to a newer one.
    return now.version === version ? now.coins : undefined;
  }

  /** Candles of a coin, oldest first. */
  candles(
    asked: { readonly coin: string; interval: Interval; limit: number },
    { version }: Snapshot,
  ): Promise<Candle[]> {
    const { coin, interval, limit } = asked;
    return this.#once(
      `candles ${version} ${interval} ${limit} ${coin}`,
      async () =>
        candlesOf(
          await this.#lake.ask(candles(interval, version), [coin, limit]),
        ),
    );
  }

  /** The snapshots, newest first. */
  async snapshots(limit: number): Promise<SnapshotList> {
    const { version } = await this.newest();
    return await this.#once(`snapshots ${version} ${limit}`, async () => {
      const rows = await this.#lake.ask(snapshots, [limit]);
      const [first] = await this.#lake.ask(oldestSnapshot);
      const listed = rows.map((row) => ({
        ...snapshotOf(row),
        ...changeOf(row[2]),
      }));
      const [last] = listed;
      return {
        first: first === undefined ? null : snapshotOf(first),
        last: last === undefined
          ? null
          : { version: last.version, at: last.at },
        snapshots: listed,
      };
    });
  }

  /** What the snapshots after one hold, together. */
  async changesSince(version: number): Promise<Change> {
    const rows = await this.#lake.ask(changesSince, [version]);
    return rows.map(([message]) => changeOf(message)).reduce((sum, it) => ({
      records: sum.records + it.records,
      ticks: sum.ticks + it.ticks,
    }), { records: 0, ticks: 0 });
  }

  /** How large the lake is, as of a snapshot. */
  size(version: number): Promise<Size> {
    return this.#once(`size ${version}`, async () => {
      const [[files, bytes, count] = []] = await this.#lake.ask(size);
      return {
        snapshots: Number(count),
        files: Number(files),
        bytes: Number(bytes),
      };
    });
  }

  /** What was rejected, as of a snapshot. */
  rejects(version: number): Promise<Rejects> {
    return this.#once(`rejects ${version}`, async () => {
      const counts = await this.#lake.ask(rejectCounts(version));
      const rows = counts.length === 0
        ? []
        : await this.#lake.ask(newestRejects(version));
      const byReason = Object.fromEntries(
        counts.map(([reason, count]) => [String(reason), Number(count)]),
      );
      const newest: Rejects["newest"][number][] = [];
      for (const row of rows) {
        const [reason, coin, at, partition, offset, topic, epoch, micros] = row;
        const [[text] = []] = await this.#lake.ask(payload(version), [
          micros ?? null,
          topic ?? null,
          epoch ?? null,
          partition ?? null,
          offset ?? null,
        ]);
        newest.push({
          at: String(at),
          reason: String(reason),
          ...typeof coin === "string" ? { coin } : {},
          offset: String(offset),
          partition: Number(partition),
          payload: cut(text ?? ""),
        });
      }
      const total = Object.values(byReason).reduce((sum, it) => sum + it, 0);
      return { total, byReason, newest };
    });
  }
}
