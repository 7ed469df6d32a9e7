import { assert, assertEquals } from "@std/assert";
import { withAdmin } from "../harness/consumer.ts";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import type { RunningLife } from "./life.ts";
import { assertNone, openScenario, pause, topic } from "./scenario.ts";

/** A batch: its last sequence and offset, and its first offset. */
interface Published {
  readonly sequence: number;
  readonly offset: number;
  readonly baseOffset: number;
}

function published({ producer }: RunningLife): Published[] {
  return producer.lines
    .filter(({ message }) => message === "published")
    .map(({ sequence, offset, records }) => ({
      sequence: Number(sequence),
      offset: Number(offset),
      baseOffset: Number(offset) - Number(records ?? 1) + 1,
    }));
}

/** The last sequence that was acknowledged before offsets started over. */
function lastBeforeDeletion(life: RunningLife): number | undefined {
  const all = published(life);
  const first = all.findIndex(({ baseOffset }, at) =>
    baseOffset <= (all[at - 1]?.offset ?? -1)
  );
  return first < 0 ? undefined : all[first - 1]!.sequence;
}

Deno.test("the topic is deleted while records flow: it is created again and gets all that was not in it", async () => {
  await using scenario = await openScenario("topic deleted");
  const life = await flowing(scenario);
  await pause(scenario.random.whole(0, 300));
  await withAdmin(
    `127.0.0.1:${scenario.broker.port}`,
    (admin) => admin.deleteTopics({ topics: [topic] }),
  );
  await until(
    "the new topic accepts records",
    () => lastBeforeDeletion(life),
    120_000,
  );
  await finish(scenario, life, 30);
  const lastLost = lastBeforeDeletion(life)!;
  const verdict = await scenario.judge();
  assertNone(verdict, "duplicated", "outOfOrder", "unexpected");
  // What Kafka had acknowledged is lost with the topic, and nothing else.
  assertEquals(
    verdict.lost.map((line) => Number.parseInt(line)),
    Array.from({ length: lastLost }, (_, index) => index + 1),
  );
  assert(lastLost >= 10 && life.evidence().served.length >= lastLost + 30);
});
