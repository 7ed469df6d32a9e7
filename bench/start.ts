// From the process's spawn to its first acknowledged record, and from SIGTERM
// to its exit, next to Deno and kafkajs alone. How far the first request is from
// the grid of the next ones, as the API sees them.

import { isPublished, startBare } from "./child.ts";
import type { Rig } from "./rig.ts";
import { median, medianText } from "./figures.ts";

const rounds = 7;
const intervalMs = 500;
/** Requests after the first that tell where the grid is. */
const later = 4;

/**
 * How much later the first request came than the grid of the later ones, in
 * milliseconds.
 */
function firstDeviation(arrivalsMs: readonly number[]): number {
  const starts = arrivalsMs.map((ms, slot) => ms - slot * intervalMs);
  return (starts[0] ?? NaN) - median(starts.slice(1));
}

export async function startTimes(rig: Rig): Promise<string[]> {
  const topic = "bench-start";
  await rig.createTopic(topic);
  const own: number[] = [];
  const bare: number[] = [];
  const stops: number[] = [];
  const first: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = rig.simulator.requests.length;
    const producer = rig.producer({
      KAFKA_TOPIC: topic,
      API_INTERVAL_SECONDS: String(intervalMs / 1000),
    });
    const published = await producer.line(isPublished);
    await producer.line(({ message, slot }) =>
      message === "polled" && slot === later
    );
    const arrivals = rig.simulator.requests.slice(before, before + later + 1)
      .map(({ atMs }) => atMs);
    const stop = await producer.stop();
    const floor = startBare("sends", rig.bootstrap, topic, "1", "0");
    const sent = await floor.line(isPublished);
    await floor.result();
    // The first round warms up the caches.
    if (round === 0) continue;
    own.push(published.at - producer.spawnedAt);
    stops.push(stop);
    first.push(firstDeviation(arrivals));
    bare.push(sent.at - floor.spawnedAt);
  }
  return [
    "process start to first acknowledged record",
    `  producer               ${medianText(own, "ms")}`,
    `  Deno and kafkajs alone ${medianText(bare, "ms")}`,
    "first request, after the grid of the next ones",
    `  producer               ${medianText(first, "ms", 1)}`,
    "SIGTERM to exit, idle",
    `  producer               ${medianText(stops, "ms")}`,
  ];
}
