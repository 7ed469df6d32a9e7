// From the process's spawn to its first acknowledged record, and from SIGTERM
// to its exit, next to Deno and kafkajs alone.

import { isPublished, startBare } from "./child.ts";
import type { Rig } from "./rig.ts";
import { medianText } from "./figures.ts";

const rounds = 7;

export async function startTimes(rig: Rig): Promise<string[]> {
  const topic = "bench-start";
  await rig.createTopic(topic);
  const own: number[] = [];
  const bare: number[] = [];
  const stops: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const producer = rig.producer({ KAFKA_TOPIC: topic });
    const published = await producer.line(isPublished);
    const stop = await producer.stop();
    const floor = startBare("sends", rig.bootstrap, topic, "1", "0");
    const sent = await floor.line(isPublished);
    await floor.result();
    // The first round warms up the caches.
    if (round === 0) continue;
    own.push(published.at - producer.spawnedAt);
    stops.push(stop);
    bare.push(sent.at - floor.spawnedAt);
  }
  return [
    "process start to first acknowledged record",
    `  producer               ${medianText(own, "ms")}`,
    `  Deno and kafkajs alone ${medianText(bare, "ms")}`,
    "SIGTERM to exit, idle",
    `  producer               ${medianText(stops, "ms")}`,
  ];
}
