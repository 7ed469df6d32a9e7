// kafkajs alone: a consumer that reads a topic and keeps nothing of it.

import kafkajs from "kafkajs";
import { print } from "./client.ts";

const [bootstrap = "", topic = "", count] = Deno.args;
const kafka = new kafkajs.Kafka({
  brokers: [bootstrap],
  logLevel: kafkajs.logLevel.NOTHING,
});
const consumer = kafka.consumer({ groupId: crypto.randomUUID() });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
let left = Number(count);
const all = Promise.withResolvers<void>();
await consumer.run({
  eachBatch({ batch }) {
    left -= batch.messages.length;
    if (left <= 0) all.resolve();
    return Promise.resolve();
  },
});
await all.promise;
await consumer.disconnect();
print({ message: "done" });
