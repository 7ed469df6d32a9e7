// The minimum for a first acknowledged record: Deno, kafkajs, one send.

import { recordOf } from "../records.ts";
import { bareProducer, print, toMessage } from "./client.ts";

const [bootstrap = "", topic = ""] = Deno.args;
const producer = await bareProducer(bootstrap);
const messages = [toMessage(recordOf(topic, 1))];
await producer.send({ topic, acks: -1, messages });
print({ message: "published" });
await producer.disconnect();
