import { assertEquals } from "@std/assert";
import kafkajs from "kafkajs";
import { FakeLake } from "../fakes/lake.ts";
import { startBroker } from "../harness/broker.ts";
import { withAdmin } from "../harness/consumer.ts";
import { createTopic, deleteTopic } from "../harness/topics.ts";
import { until } from "../harness/until.ts";
import { follow } from "./lake_follower.ts";

/** Sends texts to a partition; keys are the texts' first letters. */
async function send(
  bootstrap: string,
  where: { readonly topic: string; readonly partition?: number },
  texts: readonly string[],
): Promise<void> {
  const { topic, partition = 0 } = where;
  const producer = new kafkajs.Kafka({
    brokers: [bootstrap],
    logLevel: 0,
    retry: { retries: 20, initialRetryTime: 100 },
  }).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  // One request each: compaction keeps what it finds in the newest batches.
  for (const value of texts) {
    const messages = [{ partition, key: value.slice(0, 1), value }];
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

Deno.test("the ingest follows a topic that appears, grows, and is created again, and a broker that restarts", async () => {
  await using broker = await startBroker();
  const { bootstrap, port } = broker;
  const topic = "lake.changes";
  const lake = new FakeLake();
  await using follower = follow({ port, topic }, lake);
  await until(
    "it waits for the topic",
    () => follower.events.some(({ kind }) => kind === "failed"),
  );
  const has = (what: string, epoch: number, expected: readonly string[][]) =>
    until(
      what,
      () =>
        expected.every((texts, partition) =>
          lake.payloads(epoch, partition).length === texts.length
        ),
    ).then(() => {
      expected.forEach((texts, partition) =>
        assertEquals(lake.payloads(epoch, partition), texts)
      );
    });

  await createTopic(bootstrap, { topic, numPartitions: 1 });
  await send(bootstrap, { topic }, ["a1", "a2", "a3"]);
  await has("the first records", 0, [["a1", "a2", "a3"]]);

  await withAdmin(
    bootstrap,
    (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] }),
  );
  await send(bootstrap, { topic, partition: 1 }, ["b1", "b2"]);
  await has("the new partition", 0, [["a1", "a2", "a3"], ["b1", "b2"]]);

  await broker.kill("SIGKILL");
  await broker.restart();
  await send(bootstrap, { topic }, ["a4"]);
  const old = [["a1", "a2", "a3", "a4"], ["b1", "b2"]];
  await has("what came after the restart", 0, old);

  await deleteTopic(bootstrap, topic);
  await createTopic(bootstrap, { topic, numPartitions: 1 });
  const again = Array.from({ length: 9 }, (_, index) => `c${index}`);
  await send(bootstrap, { topic }, again);
  await has("the topic that was created again", 1, [again]);
  await has("the records of the old topic", 0, old);
  lake.assertWhole();
  assertEquals(lake.gaps, []);
});

Deno.test("the ingest passes what compaction took, and goes on", async () => {
  await using broker = await startBroker();
  const { bootstrap, port } = broker;
  const topic = "lake.compacted";
  const configEntries = Object.entries({
    "cleanup.policy": "compact",
    "segment.ms": "100",
    "min.cleanable.dirty.ratio": "0.01",
    "max.compaction.lag.ms": "100",
  }).map(([name, value]) => ({ name, value }));
  await withAdmin(
    bootstrap,
    (admin) => admin.createTopics({ topics: [{ topic, configEntries }] }),
  );
  await send(bootstrap, { topic }, ["a1", "b1", "a2", "b2"]);
  const early = new FakeLake();
  {
    await using follower = follow({ port, topic }, early, true);
    await follower.done;
  }
  assertEquals(early.payloads(), ["a1", "b1", "a2", "b2"]);
  await send(bootstrap, { topic }, ["a3", "b3", "c1"]);
  // The cleaner looks every 15 seconds, at segments that are closed.
  const late = await until("the topic is compacted", async () => {
    await send(bootstrap, { topic }, ["d"]);
    const lake = new FakeLake();
    await using follower = follow({ port, topic }, lake, true);
    await follower.done;
    lake.assertWhole();
    const payloads = lake.payloads().filter((text) => text !== "d");
    return payloads.join() === "a3,b3,c1" && lake;
  });
  assertEquals(
    late.gaps.map(({ reason }) => reason).includes("compacted"),
    true,
  );
  // Its last record is gone from the log: that is not another topic.
  await using follower = follow({ port, topic }, early, true);
  await follower.done;
  const stored = early.payloads().filter((text) => text !== "d");
  assertEquals(stored, ["a1", "b1", "a2", "b2", "a3", "b3", "c1"]);
  early.assertWhole();
});
