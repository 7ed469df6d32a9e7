/**
 * Two minutes side by side: how late slots of 1 s begin while answers take 0
 * to 700 ms, and what processor and memory a producer takes at 1 s and at
 * 30 s. Beside it: a plain timer, an idle connected client, and one that polls
 * and sends with nothing between.
 *
 * @module
 */

import { progress } from "../tasks/cli/print.ts";
import { isPublished, startBare } from "./child.ts";
import { type Rig, sleep } from "./rig.ts";
import { spreadText } from "./stats.ts";

const slots = 120;
const everyMs = 1_000;
/** Answers so slow still leave the next slot its time. */
const slowestMs = 700;
const settleMs = 3_000;

/** Measures. */
export async function steadyFigures(rig: Rig): Promise<string[]> {
  const topic = "bench-steady";
  await rig.createTopic(topic);
  const quietly = { KAFKA_TOPIC: topic, API_INTERVAL_SECONDS: "30" };
  await using slow = rig.producer(quietly);
  await slow.line(isPublished);
  // Enough for all three that poll.
  for (let slot = 0; slot < 2 * slots + 40; slot++) {
    const ms = Math.floor(Math.random() * slowestMs);
    rig.simulator.addFault({ kind: "delay", ms });
  }
  await using fast = rig.producer({
    ...quietly,
    API_INTERVAL_SECONDS: String(everyMs / 1000),
  });
  await using floor = startBare("idle", rig.bootstrap);
  await using bare = startBare(
    "polls",
    rig.bootstrap,
    topic,
    rig.simulator.url,
    String(everyMs),
  );
  await Promise.all([
    fast.line(isPublished),
    bare.line(isPublished),
    sleep(settleMs),
  ]);
  progress(`measuring for ${slots * everyMs / 60_000} minutes ...`);
  const timer = startBare("timer", String(slots), String(everyMs));
  const children = [floor, slow, fast, bare];
  const before = await Promise.all(children.map((child) => child.usage()));
  const isPoll = ({ message, slot }: Record<string, unknown>) =>
    message === "polled" && Number(slot) >= slots;
  const [{ late }] = await Promise.all([timer.result(), fast.line(isPoll)]);
  const after = await Promise.all(children.map((child) => child.usage()));
  const minutes = slots * everyMs / 60_000;
  const used = after.map(({ cpuSeconds, residentMb }, index) => {
    const seconds = cpuSeconds - (before[index]?.cpuSeconds ?? NaN);
    return `${(seconds / minutes).toFixed(2)} s of processor a minute, ` +
      `${residentMb.toFixed(0)} MB`;
  });
  const polls = fast.lines.map(({ fields }) => fields)
    .filter(({ message }) => message === "polled");
  const lateness = polls.map(({ late_ms }) => Number(late_ms)).slice(1);
  const skipped = Number(polls.at(-1)?.slot) + 1 - polls.length;
  return [
    `lateness of slots of ${everyMs / 1000} s, answers of 0 to ${slowestMs} ms`,
    `  producer               ${spreadText(lateness)}, ${skipped} skipped, ` +
    `drift ${drift(lateness).toFixed(1)} ms`,
    `  a plain timer          ${spreadText(late as number[])}`,
    "at rest",
    `  idle connected client  ${used[0]}`,
    `  producer, each 30 s    ${used[1]}`,
    `  producer, each 1 s     ${used[2]}`,
    `  fetch and kafkajs only ${used[3]}, each 1 s`,
  ];
}

/** How much later the last slots are than the first: medians of ten each. */
function drift(lateness: readonly number[]): number {
  const middle = (part: readonly number[]) =>
    part.toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? NaN;
  return middle(lateness.slice(-10)) - middle(lateness.slice(0, 10));
}
