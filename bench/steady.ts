// Two minutes side by side: how late slots of 1 s start while responses take 0
// to 700 ms, and the CPU time and memory of a producer at 1 s and at 30 s. Next
// to it: a plain timer, an idle connected client, and one that only polls and
// sends.

import { progress } from "../tasks/cli/print.ts";
import { isPublished, startBare } from "./child.ts";
import { delay } from "../lib/clock.ts";
import type { Rig } from "./rig.ts";
import { median, spreadText } from "./figures.ts";

const slots = 120;
const intervalMs = 1_000;
/** Slower responses could delay the next slot. */
const maxResponseMs = 700;
const settleMs = 3_000;

export async function steadyFigures(rig: Rig): Promise<string[]> {
  const topic = "bench-steady";
  await rig.createTopic(topic);
  const env = { KAFKA_TOPIC: topic, API_INTERVAL_SECONDS: "30" };
  await using slow = rig.producer(env);
  await slow.line(isPublished);
  // Enough for all that poll.
  for (let slot = 0; slot < 2 * slots + 40; slot++) {
    const ms = Math.floor(Math.random() * maxResponseMs);
    rig.simulator.addFault({ kind: "delay", ms });
  }
  await using fast = rig.producer({
    ...env,
    API_INTERVAL_SECONDS: String(intervalMs / 1000),
  });
  await using floor = startBare("idle", rig.bootstrap);
  await using bare = startBare(
    "polls",
    rig.bootstrap,
    topic,
    rig.simulator.url,
    String(intervalMs),
  );
  await Promise.all([
    fast.line(isPublished),
    bare.line(isPublished),
    delay(settleMs),
  ]);
  const minutes = slots * intervalMs / 60_000;
  progress(`measuring for ${minutes} minutes ...`);
  const timer = startBare("timer", String(slots), String(intervalMs));
  const children = [floor, slow, fast, bare];
  const before = await Promise.all(children.map((child) => child.usage()));
  const isPoll = ({ message, slot }: Record<string, unknown>) =>
    message === "polled" && Number(slot) >= slots;
  const [{ late }] = await Promise.all([timer.result(), fast.line(isPoll)]);
  const after = await Promise.all(children.map((child) => child.usage()));
  const used = after.map(({ cpuSeconds, residentMb }, index) => {
    const seconds = cpuSeconds - (before[index]?.cpuSeconds ?? NaN);
    return `${(seconds / minutes).toFixed(2)} s of CPU a minute, ` +
      `${residentMb.toFixed(0)} MB`;
  });
  const polls = fast.lines.map(({ fields }) => fields)
    .filter(({ message }) => message === "polled");
  const lateness = polls.map(({ late_ms }) => Number(late_ms)).slice(1);
  // How much later the last ten slots were than the first ten.
  const drift = median(lateness.slice(-10)) - median(lateness.slice(0, 10));
  const skipped = Number(polls.at(-1)?.slot) + 1 - polls.length;
  return [
    `lateness of slots of 1 s, responses of 0 to ${maxResponseMs} ms`,
    `  producer               ${spreadText(lateness)}, ${skipped} skipped, ` +
    `drift ${drift.toFixed(1)} ms`,
    `  a plain timer          ${spreadText(late as number[])}`,
    "at rest",
    `  idle connected client  ${used[0]}`,
    `  producer, each 30 s    ${used[1]}`,
    `  producer, each 1 s     ${used[2]}`,
    `  fetch and kafkajs only ${used[3]}, each 1 s`,
  ];
}
