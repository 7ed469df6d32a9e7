// What a lake must hold, from the topic itself: read by plain kafkajs, and
// computed by a reader of JSON and decimals that the models share nothing with.

import { assertEquals } from "@std/assert";
import kafkajs from "kafkajs";
import type { LakeLocation } from "../../lakehouse/lake/attach.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { isoTime } from "../../lakehouse/lake/value_text.ts";
import { checkContents } from "../../tasks/lake/verify_lake.ts";
import { withAdmin } from "../harness/consumer.ts";
import { until } from "../harness/until.ts";
import {
  type Candidate,
  candidatesOf,
  silverOf,
} from "../lake/model_oracle.ts";

interface TopicRecord {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: bigint;
  readonly value: string | null;
}

type Rows = readonly (readonly (string | null)[])[];

function text(units: bigint | null | undefined, scale: number): string | null {
  if (units === null || units === undefined) return null;
  const digits = String(units).replace("-", "").padStart(scale + 1, "0");
  return (units < 0n ? "-" : "") +
    `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function sorted(rows: Rows): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

function least(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => a < b ? a : b);
}

function most(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => a > b ? a : b);
}

/** Candles of so many µs: coin, start, open, high, low, close, ticks. */
function candlesOf(ticks: readonly Candidate[], micros: bigint): Rows {
  const groups = Map.groupBy(
    ticks,
    (tick) => `${tick.micros / micros * micros} ${tick.coin}`,
  );
  return Array.from(groups.values(), (group) => {
    const all = group.toSorted((a, b) => a.micros < b.micros ? -1 : 1);
    const prices = all.map(({ values }) => values[0] ?? 0n);
    const first = all[0]?.micros ?? 0n;
    return [
      all[0]?.coin ?? null,
      isoTime(first / micros * micros) ?? null,
      text(prices[0], 18),
      text(most(prices), 18),
      text(least(prices), 18),
      text(prices.at(-1), 18),
      String(all.length),
    ];
  });
}

function latestOf(ticks: readonly Candidate[]): Rows {
  const groups = Map.groupBy(ticks, ({ coin }) => coin);
  return Array.from(groups.values(), (group) => {
    const newest = group.reduce((a, b) => a.micros > b.micros ? a : b);
    return tickRow(newest);
  });
}

function tickRow({ coin, micros, values }: Candidate): (string | null)[] {
  return [
    coin,
    isoTime(micros) ?? null,
    ...[18, 8, 8, 18].map((scale, at) => text(values[at], scale)),
  ];
}

const tickColumns = `crypto_symbol, api_timestamp, price_usd, volume_24h,
  market_cap_usd, percent_change_24h`;

const candleColumns = "open_price, high_price, low_price, close_price, " +
  "tick_count";

/** Reads a topic, also in several of its epochs, and judges a lake of it. */
export class LakeOracle {
  readonly #bootstrap: string;
  readonly #topic: string;
  #records: TopicRecord[] = [];

  constructor(bootstrap: string, topic: string) {
    this.#bootstrap = bootstrap;
    this.#topic = topic;
  }

  /** Reads the topic as it is now, in place of what it read in this epoch. */
  async read(epoch = 0): Promise<number> {
    const topic = this.#topic;
    const ends = await withAdmin(this.#bootstrap, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return new Map(
        offsets.map(({ partition, high }) => [partition, BigInt(high)]),
      );
    });
    const kafka = new kafkajs.Kafka({
      brokers: this.#bootstrap.split(","),
      logLevel: 0,
      retry: { retries: 20, initialRetryTime: 100 },
    });
    const consumer = kafka.consumer({ groupId: crypto.randomUUID() });
    const found = new Map<string, TopicRecord>();
    const next = new Map<number, bigint>();
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage({ partition, message }) {
        const offset = BigInt(message.offset);
        next.set(partition, offset + 1n);
        const value = message.value === null ? null : String(message.value);
        // A group may hand out a record twice.
        const key = `${partition}/${offset}`;
        found.set(key, { epoch, partition, offset, value });
        return Promise.resolve();
      },
    });
    try {
      await until(
        `the oracle has all of ${topic}`,
        () =>
          [...ends].every(([partition, end]) =>
            (next.get(partition) ?? 0n) >= end
          ),
      );
    } finally {
      await consumer.disconnect();
    }
    this.#records = this.#records.filter((it) => it.epoch !== epoch).concat([
      ...found.values(),
    ]);
    return found.size;
  }

  /** How many records it has read. */
  get count(): number {
    return this.#records.length;
  }

  /** Compares bronze, silver, rejects, candles and latest prices; `verify` too. */
  async assertLake(location: LakeLocation, why: string): Promise<void> {
    const reader = await openReader(location);
    try {
      const ask = async (sql: string) => (await reader.query(sql)).rows;
      // When a record came in is the lake's own to say.
      const bronze = await ask(`SELECT topic_epoch, kafka_partition,
          kafka_offset, raw_payload, payload_encoding,
          floor(epoch(ingestion_timestamp))::BIGINT
        FROM bronze.crypto_ticks_raw ORDER BY ingestion_timestamp, kafka_topic,
          topic_epoch, kafka_partition, kafka_offset`);
      assertEquals(
        sorted(bronze.map((row) => row.slice(0, 4))),
        sorted(
          this.#records.map(({ epoch, partition, offset, value }) => [
            String(epoch),
            String(partition),
            String(offset),
            value,
          ]),
        ),
        `bronze, ${why}`,
      );
      const { ticks, revisions, rejects } = silverOf(
        bronze.flatMap(([, , , payload = null, kind, time], offset) => {
          const encoding = kind === "utf-8" || kind === "base64" ? kind : null;
          return candidatesOf({
            offset,
            payload,
            encoding,
            seconds: Number(time),
          });
        }),
      );
      const hour = 3_600_000_000n;
      const expected: Record<string, Rows> = {
        [`${tickColumns} FROM silver.crypto_ticks`]: ticks.map(tickRow),
        [`${tickColumns} FROM silver.crypto_revisions`]: revisions.map(tickRow),
        "crypto_symbol, reason FROM silver.crypto_rejects": rejects
          .map(({ coin, reason }) => [coin, reason]),
        [
          `crypto_symbol, hour_start, ${candleColumns} FROM gold.crypto_hourly_ohlc`
        ]: candlesOf(ticks, hour),
        [`crypto_symbol, day_start, ${candleColumns} FROM gold.crypto_daily_ohlc`]:
          candlesOf(ticks, 24n * hour),
        [`${tickColumns} FROM gold.crypto_latest`]: latestOf(ticks),
      };
      for (const [select, rows] of Object.entries(expected)) {
        const found = await ask(`SELECT ${select}`);
        assertEquals(sorted(found), sorted(rows), `${select}, ${why}`);
      }
      const checks = await checkContents(reader, true);
      assertEquals(checks.filter(({ verdict }) => verdict !== "ok"), [], why);
    } finally {
      await reader.close();
    }
  }
}
