// The cost of a poll and a send alone: `fetch`, `JSON.parse`, the patched
// kafkajs, no outbox, no log.

import { addressField } from "../../lib/address.ts";
import { createKafkaClient } from "../../kafka/client.ts";
import { coinIds, recordOf } from "../records.ts";
import { print } from "./client.ts";

const [bootstrap = "", topic = "", apiUrl = "", intervalMs] = Deno.args;
const url = `${apiUrl}/simple/price?vs_currencies=usd&ids=${coinIds}` +
  "&include_market_cap=true&include_24hr_vol=true&include_24hr_change=true" +
  "&include_last_updated_at=true";
const brokers = [addressField(bootstrap)];
const sender = createKafkaClient({ brokers, clientId: "polls" }).sender();
await sender.connect();
let sequence = 0;
setInterval(async () => {
  JSON.parse(await (await fetch(url)).text());
  await sender.send([{ record: recordOf(topic, ++sequence) }]);
  if (sequence === 1) print({ message: "published" });
}, Number(intervalMs));
