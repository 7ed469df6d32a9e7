import { assertEquals, assertRejects } from "@std/assert";
import { OutboxReadError } from "../../producer/read_outbox.ts";
import { reconcile } from "../../producer/reconcile.ts";
import { fakeOutbox } from "../fakes/outbox.ts";
import { record, startMs } from "../fakes/samples.ts";
import { FakeTopics, kafkaError } from "../fakes/topics.ts";

const topic = "crypto.prices.raw";
const all = { records: 100, bytes: 1e9 };
function numbers(from: number, to: number) {
  return Array.from(
    { length: to - from + 1 },
    (_, index) => record(from + index),
  );
}

/** Records 1 to 10 are appended, 1 to 5 acknowledged, 6 to 12 wait. */
function afterKill() {
  const topics = new FakeTopics();
  const { outbox } = fakeOutbox();
  for (const one of numbers(1, 5)) outbox.add(one);
  const batch = outbox.take(all)!;
  const baseOffset = topics.append(batch.map((waiting) => waiting.record));
  outbox.acknowledge(batch, { partition: 0, baseOffset });
  for (const one of numbers(6, 12)) outbox.add(one);
  topics.append(numbers(6, 10));
  const left = () =>
    outbox.take(all)?.map((waiting) => waiting.record.headers.sequence);
  return { topics, outbox, left };
}

Deno.test("`reconcile()` removes what is in the topic, from the known position on", async () => {
  const { topics, outbox, left } = afterKill();
  assertEquals(await reconcile(topics, outbox), {
    deduplicated: 5,
    possiblyDuplicated: 0,
  });
  assertEquals(left(), ["11", "12"]);
  assertEquals(topics.reads, [`${topic}/0 4..5`, `${topic}/0 5..10`]);
});

Deno.test("`reconcile()` does not count records that are added while it reads", async () => {
  const { topics, outbox } = afterKill();
  const { deduplicated } = await reconcile({
    offsets: (name) => topics.offsets(name),
    offsetSince: (...of) => topics.offsetSince(...of),
    read(...of) {
      outbox.add(record(20 + topics.reads.length));
      return topics.read(...of);
    },
  }, outbox);
  assertEquals([deduplicated, outbox.depth], [5, 4]);
});

Deno.test("`reconcile()` is in doubt after a batch that it cannot read", async () => {
  for (
    const [maxTimestampMs, doubt] of [[startMs - 1, 0], [1e15, 3], [-1, 3]]
  ) {
    const { topics, outbox } = afterKill();
    topics.unreadable.push({
      partition: 0,
      offset: 1n,
      codec: "unknown",
      maxTimestampMs: maxTimestampMs!,
      reason: "the codec is not known",
    });
    const { possiblyDuplicated } = await reconcile(topics, outbox);
    assertEquals(possiblyDuplicated > 0, doubt! > 0, String(maxTimestampMs));
    outbox[Symbol.dispose]();
  }
});

Deno.test("`reconcile()` reads by time without a known position", async () => {
  const topics = new FakeTopics();
  topics.append([record(1), record(2), record(3)]);
  const { outbox } = fakeOutbox();
  outbox.add(record(3));
  outbox.add(record(4));
  assertEquals(await reconcile(topics, outbox), {
    deduplicated: 1,
    possiblyDuplicated: 0,
  });
  assertEquals(topics.reads, [`${topic}/0 2..3`]);
});

Deno.test("`reconcile()` reads every partition, and every topic that records wait for", async () => {
  const topics = new FakeTopics();
  topics.append([record(1)], 0);
  topics.append([record(2)], 1);
  topics.append([record(3, { topic: "old" })]);
  const { outbox } = fakeOutbox();
  for (const one of [record(1), record(2), record(3, { topic: "old" })]) {
    outbox.add(one);
  }
  outbox.add(record(4));
  assertEquals((await reconcile(topics, outbox)).deduplicated, 3);
  assertEquals(outbox.topics(), ["crypto.prices.raw"]);
});

Deno.test("`reconcile()` counts doubt when the topic was recreated", async () => {
  const { topics, outbox, left } = afterKill();
  topics.delete(topic);
  topics.append([record(90), record(91), record(92), record(93), record(94)]);
  topics.append(numbers(6, 7));
  assertEquals(await reconcile(topics, outbox), {
    deduplicated: 2,
    possiblyDuplicated: 5,
  });
  assertEquals(left(), ["8", "9", "10", "11", "12"]);
});

Deno.test("`reconcile()` counts doubt when the topic was trimmed past the known position", async () => {
  const { topics, outbox, left } = afterKill();
  topics.trimmed = 8;
  assertEquals(await reconcile(topics, outbox), {
    deduplicated: 2,
    possiblyDuplicated: 5,
  });
  assertEquals(left(), ["6", "7", "8", "11", "12"]);
});

Deno.test("`reconcile()` fails for a missing topic: a broker that has just started knows none", async () => {
  const { topics, outbox } = afterKill();
  outbox.add(record(13, { topic: "other" }));
  await assertRejects(() => reconcile(topics, outbox), Error, "UNKNOWN_TOPIC");
  topics.append([record(13, { topic: "other" })]);
  assertEquals((await reconcile(topics, outbox)).deduplicated, 1);
});

Deno.test("`reconcile()` fails when the outbox cannot be read completely", async () => {
  const { topics, outbox } = afterKill();
  outbox.find = () => {
    throw new Error("disk I/O error");
  };
  await assertRejects(
    () => reconcile(topics, outbox),
    OutboxReadError,
    "disk I/O error",
  );
});

Deno.test("`reconcile()` fails rather than guess when Kafka does not respond", async () => {
  const { topics, outbox } = afterKill();
  topics.read = () => Promise.reject(kafkaError("NOT_LEADER_FOR_PARTITION"));
  await assertRejects(() => reconcile(topics, outbox), Error, "NOT_LEADER");
  assertEquals(outbox.depth, 7);
});
