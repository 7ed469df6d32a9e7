import { assertEquals } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { following, turns } from "../fakes/following.ts";
import { payloadText } from "../fakes/payload_text.ts";
import { seeded } from "../fakes/random.ts";
import { kafkaError } from "../fakes/topics.ts";

const lost = new Error("connection lost");

/** Rejects, or stops the run, at one of the points where it waits. */
function troubled(
  random: () => number,
  stop: AbortController,
  error: Error,
): () => Promise<void> {
  return async () => {
    await Promise.resolve();
    const dice = random();
    if (dice < 0.01) stop.abort();
    if (dice > 0.9) throw error;
  };
}

Deno.test("followTopic() stores each record once, whatever happens at whatever moment", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seeded(seed);
    const partitions = 1 + Math.floor(random() * 3);
    const it = following(partitions);
    const { topic, lake, clock } = it;
    // A topic is told from the one before by its records alone: each partition
    // begins with one, and of another topic retention takes none.
    const create = () => {
      topic.create(partitions);
      topic.log!.forEach((_, partition) => topic.append(partition, 1));
    };
    topic.log!.forEach((_, partition) => topic.append(partition, 1));
    const change = () => {
      const dice = random();
      const partition = Math.floor(random() * (topic.log?.length ?? 1));
      if (topic.log === undefined) create();
      else if (dice < 0.7) topic.append(partition, Math.ceil(random() * 6));
      else if (dice < 0.85) topic.pass(partition, "control");
      else if (dice < 0.9) {
        topic.grow(topic.log.length + 1);
        topic.append(topic.log.length - 1, 1);
      } else if (dice < 0.95) {
        if (topic.incarnation > 1) return;
        const length = topic.log[partition]!.length;
        const start = topic.starts[partition]!;
        topic.trim(partition, start + Math.floor(random() * (length - start)));
      } else topic.delete();
    };
    const limits = { records: 5, bytes: 1_000, waitMs: 100 };
    for (let run = 0; run < 6; run++) {
      const stop = new AbortController();
      const broken = kafkaError("NOT_LEADER_FOR_PARTITION");
      topic.gate = troubled(random, stop, random() < 0.5 ? broken : lost);
      lake.gate = troubled(random, stop, new CommandError("full", "free it"));
      lake.afterCommit = troubled(random, stop, lost);
      await it.during(async () => {
        for (let i = 0; i < 30 && !stop.signal.aborted; i++) {
          change();
          clock.advance(random() * 500);
          await turns(Math.floor(random() * 60));
        }
      }, { limits, signal: stop.signal });
    }
    topic.gate = lake.gate = lake.afterCommit = () => Promise.resolve();
    if (topic.log === undefined) create();
    topic.append(0, 1);
    await it.during(() => it.caughtUp(), { limits });
    lake.assertWhole();
    const { epoch } = await lake.position("t");
    topic.log!.forEach((log, partition) => {
      const start = topic.starts[partition]!;
      const stored = new Map(
        lake.rows.filter((row) =>
          row.epoch === epoch && row.partition === partition
        ).map((row) => [row.offset, payloadText(row)]),
      );
      for (const [offset, slot] of log.entries()) {
        if (offset < start || typeof slot === "string") continue;
        const text = new TextDecoder().decode(slot.value!);
        assertEquals(stored.get(BigInt(offset)), text, `seed ${seed}`);
      }
    });
    const payloads = lake.rows.map(({ payload }) => payload);
    assertEquals(new Set(payloads).size, payloads.length, `seed ${seed}`);
    assertEquals(topic.openReaders, 0);
  }
});
