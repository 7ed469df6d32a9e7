import kafkajs from "kafkajs";
import { until } from "../harness/until.ts";
import type { Dumped } from "./oracle.ts";

const { Kafka, logLevel } = kafkajs;

/**
 * Reads a topic from its first offset to its end at the time of the call, with
 * an ordinary consumer group: none of the project's code is involved.
 *
 * @returns the records by partition and offset.
 */
export async function dump(
  bootstrap: string,
  topic: string,
): Promise<Dumped[]> {
  const kafka = new Kafka({
    brokers: bootstrap.split(","),
    logLevel: logLevel.NOTHING,
    retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map<number, bigint>();
  for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
    ends.set(partition, BigInt(high));
  }
  await admin.disconnect();
  const records: Dumped[] = [];
  const next = new Map([...ends.keys()].map((id) => [id, 0n]));
  const isComplete = () => [...ends].every(([id, end]) => next.get(id)! >= end);
  if (isComplete()) return records;
  const consumer = kafka.consumer({ groupId: `dump-${crypto.randomUUID()}` });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ partition, message }) => {
        const offset = BigInt(message.offset);
        // A consumer group may deliver a record twice.
        if (offset < next.get(partition)!) return Promise.resolve();
        next.set(partition, offset + 1n);
        const headers = Object.entries(message.headers ?? {})
          .map(([name, value]) => [name, String(value)]);
        records.push({
          partition,
          offset,
          value: String(message.value),
          headers: Object.fromEntries(headers),
        });
        return Promise.resolve();
      },
    });
    await until(
      `${topic} is read to its end`,
      () => isComplete() || undefined,
      120_000,
    );
  } finally {
    await consumer.disconnect();
  }
  return records.toSorted((a, b) =>
    a.partition - b.partition || Number(a.offset - b.offset)
  );
}
