// kafkajs alone with a backlog: the producer's records and batches, made in
// advance, one send in flight.

import { type RecordKind, recordOf } from "../records.ts";
import { bareProducer, print, toMessage } from "./client.ts";

const [bootstrap = "", topic = "", count, batch, kind = "market"] = Deno.args;
const all = Array.from(
  { length: Number(count) },
  (_, index) => toMessage(recordOf(topic, index + 1, kind as RecordKind)),
);
const producer = await bareProducer(bootstrap);
for (let from = 0; from < all.length; from += Number(batch)) {
  const messages = all.slice(from, from + Number(batch));
  await producer.send({ topic, acks: -1, messages });
}
await producer.disconnect();
print({ message: "done" });
