// kafkajs alone, as a baseline: an idempotent producer with one send in flight,
// like the project's own. Baselines print lines of JSON.

import kafkajs from "kafkajs";
import type { PriceRecord } from "../../producer/outbox/outbox.ts";

const { Kafka, logLevel } = kafkajs;

export async function bareProducer(
  bootstrap: string,
): Promise<kafkajs.Producer> {
  const kafka = new Kafka({
    brokers: [bootstrap],
    clientId: "bare",
    logLevel: logLevel.NOTHING,
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return producer;
}

export function toMessage(record: PriceRecord): kafkajs.Message {
  return {
    key: record.key,
    value: record.value,
    headers: { ...record.headers },
    timestamp: String(record.timestampMs),
  };
}

/** Prints a line for the benchmark that started this process. */
export function print(fields: Readonly<Record<string, unknown>>): void {
  const bytes = new TextEncoder().encode(JSON.stringify(fields) + "\n");
  for (let from = 0; from < bytes.length;) {
    from += Deno.stdout.writeSync(bytes.subarray(from));
  }
}
