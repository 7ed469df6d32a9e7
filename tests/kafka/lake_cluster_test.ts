import { assertEquals } from "@std/assert";
import kafkajs from "kafkajs";
import { FakeLake } from "../fakes/lake.ts";
import { withAdmin } from "../harness/consumer.ts";
import { until } from "../harness/until.ts";
import { startCluster } from "./cluster.ts";
import { follow } from "./lake_follower.ts";

const topic = "lake.leaders";

/** Three partitions with a leader each. */
const replicaAssignment = [1, 2, 3].map((first, partition) => ({
  partition,
  replicas: [first, first % 3 + 1, (first + 1) % 3 + 1],
}));

Deno.test("the ingest reads from three leaders: one is killed, the others' records and new partitions arrive", async () => {
  await using cluster = await startCluster();
  const { bootstrap } = cluster;
  await withAdmin(bootstrap, async (admin) => {
    const topics = [{ topic, replicaAssignment }];
    await until("all partitions have leaders", async () => {
      // The cluster may have no controller yet.
      await admin.createTopics({ waitForLeaders: false, topics })
        .catch(() => {});
      const found = await admin.fetchTopicMetadata({ topics: [topic] })
        .catch(() => undefined);
      return found?.topics.every(({ partitions }) => partitions.length === 3);
    });
  });
  const brokers = bootstrap.split(",").map((address) => {
    const [host = "", port] = address.split(":");
    return { host, port: Number(port) };
  });
  const kafka = new kafkajs.Kafka({
    brokers: bootstrap.split(","),
    logLevel: 0,
    retry: { retries: 60, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  let made = 0;
  const sent = new Map<number, string[]>();
  const send = async (partitions: readonly number[]) => {
    const messages = partitions.flatMap((partition) =>
      Array.from({ length: 20 }, () => ({ partition, value: `r${made++}` }))
    );
    for (const { partition, value } of messages) {
      sent.set(partition, [...sent.get(partition) ?? [], value]);
    }
    let left = messages;
    // kafkajs drops without a word what is for partitions that it does not know:
    // the broker that it asked may be the last one to hear of them.
    await until("every partition has its records", async () => {
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
      });
      await until(
        "a producer is connected",
        () => producer.connect().then(() => true, () => false),
      );
      const stored = await producer.send({ topic, messages: left });
      await producer.disconnect();
      left = left.filter(({ partition }) =>
        !stored.some((it) => it.partition === partition)
      );
      return left.length === 0;
    });
  };
  const lake = new FakeLake();
  await using _following = follow({ brokers, topic }, lake);
  const arrived = (what: string) =>
    until(
      what,
      () =>
        [...sent].every(([partition, texts]) =>
          lake.payloads(0, partition).length === texts.length
        ),
    );
  await send([0, 1, 2]);
  await arrived("the first records");

  await cluster.kill(2);
  await send([0, 1, 2]);
  await arrived("what its successor has");

  await cluster.restart(2);
  await withAdmin(bootstrap, async (admin) => {
    const assignments = [[1, 2, 3], [3, 1, 2]];
    await until("partitions are added", async () => {
      await admin.createPartitions({
        topicPartitions: [{ topic, count: 5, assignments }],
      }).catch(() => {});
      const found = await admin.fetchTopicMetadata({ topics: [topic] })
        .catch(() => undefined);
      return found?.topics.every(({ partitions }) => partitions.length === 5);
    });
  });
  await send([0, 1, 2, 3, 4]);
  await arrived("the new partitions");
  for (const [partition, texts] of sent) {
    assertEquals(lake.payloads(0, partition), texts, String(partition));
  }
  lake.assertWhole();
  assertEquals((await lake.position(topic)).epoch, 0);
  assertEquals(lake.gaps, []);
});
