// Commands of the lake as a user types them, and records for them.

import kafkajs from "kafkajs";
import type { ProcessResult } from "../../tasks/host/run_process.ts";
import { deno, type Env } from "./clone.ts";

/** Runs `deno task lake` with these words. */
export function lake(
  args: readonly string[],
  env: Env,
): Promise<ProcessResult> {
  return deno(["run", "-q", "-P=lake", "tasks/lake.ts", ...args], env);
}

/** Sends messages in their order with plain kafkajs. */
export async function sendMessages(
  bootstrap: string,
  topic: string,
  messages: kafkajs.Message[],
): Promise<void> {
  const producer = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: 0 })
    .producer();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
}

/** Sends values in their order. */
export function sendValues(
  bootstrap: string,
  topic: string,
  values: readonly (string | Buffer | null)[],
): Promise<void> {
  return sendMessages(bootstrap, topic, values.map((value) => ({ value })));
}
