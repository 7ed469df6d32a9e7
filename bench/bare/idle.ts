// The cost of an idle process with a connected Kafka client: the baseline of
// the producer's figures. It has the two timers of kafkajs patched that
// `kafka/patches/request_queue.ts` describes: kafkajs itself is never idle.

import { addressField } from "../../lib/address.ts";
import { createKafkaClient } from "../../kafka/client.ts";
import { print } from "./client.ts";

const brokers = [addressField(Deno.args[0] ?? "")];
await createKafkaClient({ brokers, clientId: "idle" }).sender().connect();
print({ message: "connected" });
setInterval(() => {}, 3_600_000);
