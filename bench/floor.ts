/**
 * What an idle process with a connected Kafka client costs: the floor beside
 * which the producer's figures stand.
 *
 * @module
 */

import { createKafkaClient } from "../producer/kafka.ts";

const port = Number(Deno.args[0]);
const brokers = [{ host: "localhost", port }];
await createKafkaClient({ brokers, clientId: "floor" }).sender().connect();
setInterval(() => {}, 3_600_000);
