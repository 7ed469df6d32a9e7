// A `lake run` that stops between a transaction and the group's offsets:
// LAKE_DIR EXTENSION_DIR PORT TOPIC.

import { createKafkaClient } from "../../kafka/client.ts";
import { followTopic } from "../../lakehouse/ingest/follow.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { systemClock } from "../../lib/clock.ts";
import { writeLine } from "../../lib/output.ts";

const [lakeDir = "", extensionDir = "", port, topic = ""] = Deno.args;
const client = createKafkaClient({
  brokers: [{ host: "127.0.0.1", port: Number(port) }],
  clientId: "lake-child",
  keys: undefined,
});
let stored = 0;
await followTopic({
  topic,
  openReader: async () => ({
    ...await client.openTopicReader(topic),
    commitOffsets() {
      if (stored > 0) writeLine(Deno.stdout, "between");
      return stored > 0 ? new Promise(() => {}) : Promise.resolve();
    },
  }),
  writer: await openWriter({ lakeDir, extensionDir }),
  groupId: `${topic}-group`,
  from: "earliest",
  once: false,
  clock: systemClock,
  random: Math.random,
  signal: new AbortController().signal,
  onEvent: (event) => {
    if (event.kind === "committed") stored++;
  },
});
