// The time from a send by kafkajs alone to its acknowledgement, one record at a
// time; with one record, the minimum for a first acknowledgement.

import { recordOf } from "../records.ts";
import { bareProducer, print, toMessage } from "./client.ts";

const [bootstrap = "", topic = "", count, intervalMs] = Deno.args;
const producer = await bareProducer(bootstrap);
const times: number[] = [];
for (let sequence = 1; sequence <= Number(count); sequence++) {
  const messages = [toMessage(recordOf(topic, sequence))];
  const begun = performance.now();
  await producer.send({ topic, acks: -1, messages });
  times.push(performance.now() - begun);
  if (sequence === 1) print({ message: "published" });
  await new Promise((resolve) => setTimeout(resolve, Number(intervalMs)));
}
await producer.disconnect();
print({ times });
