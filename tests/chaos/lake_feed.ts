// Records for a lake, sent by plain kafkajs: prices with all their digits,
// repeats, revisions, and what is no price at all.

import kafkajs from "kafkajs";
import { delay } from "../../lib/clock.ts";
import type { Random } from "./seed.ts";

/** 2025-12-03, near midnight: several hours of two days. */
const firstSecond = 1_764_795_600;

/** A record's value: in no order of time, now and then of a second again. */
function makeValue(random: Random): string | null {
  if (random.chance(0.03)) return null;
  if (random.chance(0.05)) return `no JSON ${random.whole(0, 999)}`;
  const digits = (count: number) =>
    Array.from({ length: count }, () => random.whole(0, 9)).join("");
  const coins = ["bitcoin", "ethereum", "shiba-inu"].filter(() =>
    random.chance(0.8)
  );
  const data = coins.map((coin) => {
    const second = firstSecond + random.whole(0, 4_000) * 7;
    const price = random.chance(0.05)
      ? "null"
      : random.chance(0.1)
      ? `${random.whole(1, 9)}.${digits(9)}e-${random.whole(1, 9)}`
      : `${random.whole(0, 99_999)}.${digits(17)}${random.whole(1, 9)}`;
    return `"${coin}":{"usd":${price},"usd_market_cap":${digits(3)}1.${
      digits(8)
    },"usd_24h_change":-0.${digits(18)},"last_updated_at":${second}}`;
  }).map((text) => text.replace(/:0+(\d)/g, ":$1"));
  return `{"data":{${data.join()}},"source_system":"chaos"}`;
}

/** Where records go. */
export interface Feed {
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  readonly random: Random;
}

/** Sends so many records, in batches of random sizes. */
export async function send(
  { bootstrap, topic, partitions, random }: Feed,
  count: number,
): Promise<void> {
  const kafka = new kafkajs.Kafka({
    brokers: bootstrap.split(","),
    logLevel: 0,
    retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  for (let sent = 0; sent < count;) {
    const size = Math.min(count - sent, random.whole(1, 60));
    const messages = Array.from({ length: size }, () => ({
      partition: random.whole(0, partitions - 1),
      value: makeValue(random),
    }));
    await producer.send({ topic, messages });
    sent += size;
    if (random.chance(0.2)) await delay(random.whole(1, 40));
  }
  await producer.disconnect();
}

/** Sends records in bursts, with pauses, until it is disposed of. */
export function keepSending(feed: Feed): AsyncDisposable {
  const { random } = feed;
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      await send(feed, random.whole(1, 400));
      await delay(random.whole(100, 900));
    }
  })();
  done.catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      await done;
    },
  };
}
