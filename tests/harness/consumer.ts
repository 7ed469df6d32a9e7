import kafkajs from "kafkajs";
import { until } from "./until.ts";

const { Kafka, logLevel } = kafkajs;

export interface Consumed {
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** Administers a cluster with plain kafkajs. */
export async function withAdmin<T>(
  bootstrap: string,
  work: (admin: kafkajs.Admin) => Promise<T>,
): Promise<T> {
  const admin = new Kafka({
    brokers: bootstrap.split(","),
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, initialRetryTime: 100 },
  }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * The offsets a group committed to a topic, by partition; -1 where it has none.
 * Asks again while the group's coordinator loads or moves: the broker makes its
 * topic of offsets when the first group appears.
 */
export function committedOffsets(
  bootstrap: string,
  { groupId, topic }: { readonly groupId: string; readonly topic: string },
): Promise<number[]> {
  return until(`the coordinator of ${groupId}`, async () => {
    try {
      const [found] = await withAdmin(
        bootstrap,
        (admin) => admin.fetchOffsets({ groupId, topics: [topic] }),
      );
      return (found?.partitions ?? [])
        .toSorted((one, other) => one.partition - other.partition)
        .map(({ offset }) => Number(offset));
    } catch (error) {
      if (!(error instanceof kafkajs.KafkaJSError)) throw error;
      const { retriable } = error.cause instanceof kafkajs.KafkaJSError
        ? error.cause
        : error;
      if (!retriable) throw error;
      return undefined;
    }
  });
}

/**
 * Reads a topic from its beginning with a plain consumer group, which shares no
 * code with the project's own reader.
 */
export async function consume(
  bootstrap: string,
  topic: string,
  count: number,
): Promise<Consumed[]> {
  const kafka = new Kafka({
    brokers: bootstrap.split(","),
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, initialRetryTime: 100 },
  });
  const groupId = `test-${crypto.randomUUID()}`;
  const consumer = kafka.consumer({ groupId });
  const records: Consumed[] = [];
  const next = new Map<number, bigint>();
  try {
    await consumer.connect();
    // A broker that has just started may not know its topics yet.
    await until(
      `the topic ${topic}`,
      () =>
        consumer.subscribe({ topics: [topic], fromBeginning: true })
          .then(() => true, () => undefined),
    );
    await consumer.run({
      eachMessage: ({ partition, message }) => {
        const offset = BigInt(message.offset);
        // A consumer group may deliver a record twice.
        if (offset < (next.get(partition) ?? 0n)) return Promise.resolve();
        next.set(partition, offset + 1n);
        const headers = Object.entries(message.headers ?? {})
          .map(([name, value]) => [name, String(value)]);
        records.push({
          partition,
          offset: message.offset,
          timestamp: message.timestamp,
          key: String(message.key),
          value: String(message.value),
          headers: Object.fromEntries(headers),
        });
        return Promise.resolve();
      },
    });
    await until(
      `${count} records in ${topic}`,
      () => records.length >= count,
      // After an outage the producer may back off for 30 s.
      120_000,
    );
  } finally {
    await consumer.disconnect();
  }
  return records;
}
