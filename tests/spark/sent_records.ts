// What a lake has to hold after all that was sent to its topic, computed here.

import kafkajs from "kafkajs";
import { tick } from "./spark_lake.ts";

/** A record of the topic; `epoch` counts how often the topic was made again. */
export interface SentRecord {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
  readonly value: string;
  /** Its observation: seconds, and the price with 18 digits. */
  readonly tick?: { readonly second: number; readonly price: string };
}

/** Rows as the query {@linkcode contents} gives them, sorted. */
export interface Contents {
  readonly bronze: readonly string[];
  readonly ticks: readonly string[];
  readonly rejects: readonly string[];
  readonly hours: readonly string[];
}

const coin = "bitcoin";

const partitions = 2;

const firstSecond = 1_764_758_514;

/** Sends records to a topic, and keeps them. */
export interface Sender {
  readonly sent: readonly SentRecord[];
  /** Sends so many records to each partition, bad ones and repeats among them. */
  send(count: number): Promise<void>;
  /** The next records belong to a topic that was made again. */
  beginEpoch(): void;
}

export function createSender(bootstrap: string, topic: string): Sender {
  const sent: SentRecord[] = [];
  let epoch = 0;
  let number = 0;

  function next(partition: number, at: number): Omit<SentRecord, "offset"> {
    if (at % 40 === 7) return { epoch, partition, value: `not JSON ${number}` };
    const last = sent.findLast((it) =>
      it.partition === partition && it.epoch === epoch
    );
    // The same observation again.
    if (at % 25 === 3 && last?.tick !== undefined) {
      return { epoch, partition, value: last.value, tick: last.tick };
    }
    const second = firstSecond + 30 * number++;
    const price = `${number % 97 + 1}.${String(number).padStart(18, "0")}`;
    return {
      epoch,
      partition,
      value: tick(coin, second, price),
      tick: { second, price },
    };
  }

  return {
    sent,
    async send(count) {
      const producer = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: 0 })
        .producer();
      await producer.connect();
      for (let partition = 0; partition < partitions; partition++) {
        const offset = sent.filter((it) =>
          it.partition === partition && it.epoch === epoch
        ).length;
        const from = sent.length;
        for (let at = 0; at < count; at++) {
          sent.push({ ...next(partition, at), offset: offset + at });
        }
        const messages = sent.slice(from)
          .map(({ value }) => ({ partition, value }));
        const [answer] = await producer.send({ topic, messages });
        if (Number(answer?.baseOffset) === offset) continue;
        throw new Error(
          `the records begin at offset ${answer?.baseOffset}: ` +
            `expected ${offset}`,
        );
      }
      await producer.disconnect();
    },
    beginEpoch() {
      epoch++;
    },
  };
}

function utc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** All that silver and gold make of these records of bronze. */
export function expectedOf(records: readonly SentRecord[]): Contents {
  const where = (it: SentRecord) => `${it.epoch} ${it.partition} ${it.offset}`;
  // Repeats follow each other in one partition: the first one wins.
  const first = new Map<number, { price: string; record: SentRecord }>();
  for (const record of records) {
    const { tick } = record;
    if (tick === undefined || first.has(tick.second)) continue;
    first.set(tick.second, { price: tick.price, record });
  }
  const seconds = [...first.keys()].toSorted((one, other) => one - other);
  const priceAt = (second: number) => first.get(second)?.price ?? "";
  const hours = Map.groupBy(
    seconds,
    (second) => second - second % 3600,
  );
  return {
    bronze: records.map((it) => `${where(it)} ${it.value}`).toSorted(),
    ticks: Array.from(
      first,
      ([second, { price, record }]) =>
        `${coin} ${utc(second)} ${price} ${where(record)}`,
    ).toSorted(),
    rejects: records.filter(({ tick }) => tick === undefined)
      .map((it) => `not_json ${where(it)}`).toSorted(),
    hours: Array.from(hours, ([hour, inside]) => {
      const prices = inside.map(priceAt);
      const ordered = prices.toSorted((one, other) => compare(one, other));
      return [
        ...[coin, utc(hour), prices[0], ordered.at(-1)],
        ...[ordered[0], prices.at(-1), inside.length],
      ].join(" ");
    }).toSorted(),
  };
}

/** Prices of 18 digits behind the point. */
function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((it) => BigInt(it.replace(".", "")));
  return a === b ? 0 : (a ?? 0n) < (b ?? 0n) ? -1 : 1;
}

const at = "string(kafka_partition), string(kafka_offset)";

/** All rows, each with the part of {@linkcode Contents} it belongs to. */
export const contents: string = `
SELECT 'bronze' AS part, concat_ws(' ', string(topic_epoch), ${at},
  raw_payload) AS line FROM bronze.crypto_ticks_raw
UNION ALL SELECT 'ticks', concat_ws(' ', crypto_symbol, string(api_timestamp),
  string(price_usd), string(topic_epoch), ${at}) FROM silver.crypto_ticks
UNION ALL SELECT 'rejects', concat_ws(' ', reason, string(topic_epoch), ${at})
  FROM silver.crypto_rejects
UNION ALL SELECT 'hours', concat_ws(' ', crypto_symbol, string(hour_start),
  string(open_price), string(high_price), string(low_price),
  string(close_price), string(tick_count)) FROM gold.crypto_hourly_ohlc
UNION ALL SELECT 'gaps', concat_ws(' ', reason, string(topic_epoch),
  string(kafka_partition), string(from_offset), string(to_offset))
  FROM bronze.offset_gaps`;
