/**
 * From the poll to the acknowledgement, seen from outside: from the request's
 * arrival at the API to the line that says the record is acknowledged. Between
 * them lie the answer, its judgement, the commit to the outbox, the send, and
 * the log. Beside it: sends by kafkajs alone, which have only the send.
 *
 * @module
 */

import { isPublished, startBare } from "./child.ts";
import type { Rig } from "./rig.ts";
import { spreadText } from "./stats.ts";

const records = 400;
const everyMs = 100;
/** Left out: the code is not warm yet. */
const first = 20;

/** Measures. */
export async function latencies(rig: Rig): Promise<string[]> {
  const topic = "bench-latency";
  await rig.createTopic(topic);
  const before = rig.simulator.requests.length;
  await using producer = rig.producer({
    KAFKA_TOPIC: topic,
    API_INTERVAL_SECONDS: String(everyMs / 1000),
  });
  await producer.line(({ message, sequence }) =>
    message === "published" && sequence === records
  );
  const arrivals = rig.simulator.requests.slice(before)
    .map(({ atMs }) => atMs - performance.timeOrigin);
  const own = producer.lines.flatMap(({ at, fields }) => {
    if (!isPublished(fields)) return [];
    // The line names the last record of what was sent as one.
    const { sequence, records: together = 1 } = fields;
    const last = Number(sequence);
    return Array.from({ length: Number(together) }, (_, back) => last - back)
      .filter((number) => number > first && number <= records)
      .map((number) => at - (arrivals[number - 1] ?? NaN));
  });
  await producer.end();
  const bare = startBare(
    "sends",
    rig.bootstrap,
    topic,
    String(records),
    String(everyMs),
  );
  const { times } = await bare.result();
  return [
    "poll to acknowledgement, outbox on",
    `  producer               ${spreadText(own)}`,
    `  kafkajs alone, a send  ${spreadText((times as number[]).slice(first))}`,
  ];
}
