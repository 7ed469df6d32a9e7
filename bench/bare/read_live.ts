// kafkajs alone: a consumer that prints a line for each record as it arrives.

import kafkajs from "kafkajs";
import { print } from "./client.ts";

const [bootstrap = "", topic = ""] = Deno.args;
const kafka = new kafkajs.Kafka({
  brokers: [bootstrap],
  logLevel: kafkajs.logLevel.NOTHING,
});
const consumer = kafka.consumer({ groupId: crypto.randomUUID() });
const joined = Promise.withResolvers<void>();
consumer.on(consumer.events.GROUP_JOIN, () => joined.resolve());
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  eachMessage() {
    print({ message: "arrived" });
    return Promise.resolve();
  },
});
await joined.promise;
print({ message: "ready" });
const stopped = Promise.withResolvers<void>();
Deno.addSignalListener("SIGTERM", () => stopped.resolve());
await stopped.promise;
await consumer.disconnect();
