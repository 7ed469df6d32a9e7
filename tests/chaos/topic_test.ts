import { assert, assertEquals } from "@std/assert";
import kafkajs from "kafkajs";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import type { Begun } from "./life.ts";
import { openWorld, pause, topic } from "./world.ts";

async function deleteTopic(port: number): Promise<void> {
  const admin = new kafkajs.Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [topic] });
  } finally {
    await admin.disconnect();
  }
}

/** A batch: its last sequence and offset, and its first offset. */
interface Published {
  readonly sequence: number;
  readonly offset: number;
  readonly baseOffset: number;
}

function published({ producer }: Begun): Published[] {
  return producer.lines
    .filter(({ message }) => message === "published")
    .map(({ sequence, offset, records }) => ({
      sequence: Number(sequence),
      offset: Number(offset),
      baseOffset: Number(offset) - Number(records ?? 1) + 1,
    }));
}

/** The last sequence that was acknowledged before offsets began anew. */
function lastOfOld(life: Begun): number | undefined {
  const all = published(life);
  const first = all.findIndex(({ baseOffset }, at) =>
    baseOffset <= (all[at - 1]?.offset ?? -1)
  );
  return first < 0 ? undefined : all[first - 1]!.sequence;
}

Deno.test("the topic is deleted while records flow: it comes back and takes all that was not in it", async () => {
  await using world = await openWorld("topic deleted");
  const life = await flowing(world);
  await pause(world.random.whole(0, 300));
  await deleteTopic(world.broker.port);
  await until(
    "the new topic takes records",
    () => lastOfOld(life),
    120_000,
  );
  await finish(world, life, 30);
  const gone = lastOfOld(life)!;
  const { lost, duplicated, outOfOrder, untrue } = await world.judge();
  assertEquals(
    { duplicated, outOfOrder, untrue },
    { duplicated: [], outOfOrder: [], untrue: [] },
  );
  // What Kafka had acknowledged went with the topic, and nothing else.
  assertEquals(
    lost.map((line) => Number.parseInt(line)),
    Array.from({ length: gone }, (_, index) => index + 1),
  );
  assert(gone >= 10 && life.evidence().served.length >= gone + 30);
});
