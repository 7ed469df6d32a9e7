// From poll to acknowledgement, measured from outside: from the arrival of the
// request at the API to the log line of the acknowledgement. In between: the
// response, its validation, the commit to the outbox, the send, and the log.
// Next to it: sends by kafkajs alone.

import { isPublished, startBare } from "./child.ts";
import type { Rig } from "./rig.ts";
import { spreadText } from "./figures.ts";

const records = 400;
const intervalMs = 100;
/** Left out: the code is not warm yet. */
const warmup = 20;

export async function latencies(rig: Rig): Promise<string[]> {
  const topic = "bench-latency";
  await rig.createTopic(topic);
  const before = rig.simulator.requests.length;
  await using producer = rig.producer({
    KAFKA_TOPIC: topic,
    API_INTERVAL_SECONDS: String(intervalMs / 1000),
  });
  await producer.line(({ message, sequence }) =>
    message === "published" && sequence === records
  );
  const arrivals = rig.simulator.requests.slice(before)
    .map(({ atMs }) => atMs - performance.timeOrigin);
  const own = producer.lines.flatMap(({ at, fields }) => {
    if (!isPublished(fields)) return [];
    // The line names the last record of its batch.
    const { sequence, records: together = 1 } = fields;
    const last = Number(sequence);
    return Array.from({ length: Number(together) }, (_, back) => last - back)
      .filter((number) => number > warmup && number <= records)
      .map((number) => at - (arrivals[number - 1] ?? NaN));
  });
  await producer.stop();
  const bare = startBare(
    "sends",
    rig.bootstrap,
    topic,
    String(records),
    String(intervalMs),
  );
  const { times } = await bare.result();
  return [
    "poll to acknowledgement, outbox on",
    `  producer               ${spreadText(own)}`,
    `  kafkajs alone, a send  ${spreadText((times as number[]).slice(warmup))}`,
  ];
}
