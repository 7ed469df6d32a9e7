// The cost of an idle process with a connected Kafka client: the baseline of
// the producer's figures. It has the two timers of kafkajs patched that
// `kafka/patches/request_queue.ts` describes: kafkajs itself is never idle.

import { createKafkaClient } from "../../kafka/client.ts";
import { print } from "./client.ts";

const [host = "", port] = (Deno.args[0] ?? "").split(":");
const brokers = [{ host, port: Number(port) }];
await createKafkaClient({ brokers, clientId: "idle" }).sender().connect();
print({ message: "connected" });
setInterval(() => {}, 3_600_000);
