import { assert, assertEquals } from "@std/assert";
import { batchBytes } from "../../kafka/batch_size.ts";
import type { Batch } from "../../producer/outbox/outbox.ts";
import { publisherHarness as harness } from "../fakes/publisher.ts";
import { coin, record } from "../fakes/samples.ts";
import { type FakeTopics, kafkaError } from "../fakes/topics.ts";

function recordOf(sequence: number, coins: number) {
  const ids = Array.from({ length: coins }, (_, n) => [`coin-${n}`, coin("1")]);
  return record(sequence, { coins: Object.fromEntries(ids) });
}

/** A topic that takes batches of this size. */
function limitedTo(bytes: () => number) {
  return (_: number, batch: Batch) => {
    const size = batch.reduce((sum, one) => sum + batchBytes(one.record), 0);
    return size > bytes() ? kafkaError("MESSAGE_TOO_LARGE") : undefined;
  };
}

function coinsOf(topics: FakeTopics): string[][] {
  return topics.records().map(({ value }) =>
    Object.keys(JSON.parse(new TextDecoder().decode(value!)).data)
  );
}

Deno.test("a record that is too large is split, in order and once", async () => {
  const h = harness(limitedTo(() => 2_000));
  h.limits.push({ bytes: 2_000, source: "topic" });
  h.outbox.add(recordOf(1, 2), 2);
  h.outbox.add(recordOf(2, 30), 30);
  h.outbox.add(recordOf(3, 2), 2);
  h.outbox.add(recordOf(4, 30), 30);
  await h.drain();
  const sequences = h.topics.sequences();
  assertEquals(sequences, sequences.toSorted(), "order is kept");
  assertEquals(
    coinsOf(h.topics).flat(),
    [2, 30, 2, 30].flatMap((count) =>
      Object.keys(
        JSON.parse(recordOf(1, count).value).data,
      )
    ),
  );
  const ids = h.topics.records().map(({ headers }) => headers.ce_id);
  assertEquals(new Set(ids).size, ids.length);
  assertEquals(h.stats.counters.split, 2);
  assertEquals(h.stats.counters.deadLettered, 0);
  const [warning] = h.lines.filter(({ message }) =>
    message.startsWith("record split")
  );
  assertEquals(warning?.level, "warn");
  assertEquals(warning?.fields.limit, 2_000);
  assertEquals(warning?.fields.size, batchBytes(recordOf(2, 30)));
  assert(String(warning?.fields.next).includes("max.message.bytes=100000"));
});

Deno.test("a limit that is known is not met by refusals", async () => {
  const h = harness(limitedTo(() => 2_000));
  h.limits.push({ bytes: 2_000, source: "topic" });
  h.outbox.add(recordOf(1, 30), 30);
  await h.drain();
  const refusals = h.batches.filter((batch) =>
    limitedTo(() => 2_000)(0, batch) !== undefined
  );
  // The first one before the topic's settings are checked, the second after.
  assertEquals(refusals.length, 2);
});

Deno.test("a limit that cannot be asked for is found by halving", async () => {
  const h = harness(limitedTo(() => 1_500));
  h.limits.push({
    bytes: 1_048_588,
    source: "assumed",
    reason: "TOPIC_AUTHORIZATION_FAILED",
  });
  h.outbox.add(recordOf(1, 40), 40);
  await h.drain();
  assertEquals(
    coinsOf(h.topics).flat(),
    Array.from({ length: 40 }, (_, n) => `coin-${n}`),
  );
});

Deno.test("a single coin that is too large is dead-lettered with size, limit and advice", async () => {
  const h = harness((_, batch) =>
    batch.some(({ record }) => record.headers.sequence === "1")
      ? kafkaError("MESSAGE_TOO_LARGE")
      : undefined
  );
  h.limits.push({ bytes: 300, source: "topic" });
  h.add(1);
  h.add(2);
  await h.drain();
  assertEquals(h.stats.counters.deadLettered, 1);
  const [line] = h.lines.filter(({ level }) => level === "error");
  assertEquals(line?.fields.size, batchBytes(record(1)));
  assertEquals(line?.fields.limit, 300);
  assert(String(line?.fields.reason).includes("takes 300: max.message.bytes"));
  assert(String(line?.fields.next).includes("max.message.bytes of topic"));
  assertEquals(h.topics.sequences(), ["2"]);
});

Deno.test("a record is split only when the disk has all its parts", async () => {
  let seen: number[] = [];
  const h = harness((n, batch) => {
    if (n === 2) h.disk.error = "no room";
    return limitedTo(() => 2_000)(n, batch);
  });
  h.limits.push({ bytes: 2_000, source: "topic" });
  h.outbox.add(recordOf(1, 30), 30);
  const { sleep } = h.clock;
  h.clock.sleep = (ms, signal) => {
    seen = [h.batches.length, h.outbox.depth];
    h.disk.error = undefined;
    return sleep.call(h.clock, ms, signal);
  };
  await h.drain();
  assertEquals(seen, [2, 1], "nothing is sent, and the record is whole");
  assertEquals(coinsOf(h.topics).flat().length, 30);
});

Deno.test("a batch in doubt that is refused is compared with the topic before it is cut", async () => {
  let limit = 1e6;
  let attempt = 0;
  const behave = limitedTo(() => limit);
  const h = harness((n, batch) => {
    if (++attempt > 1) return behave(n, batch);
    limit = 2_000;
    return { appendedBut: new Error("the response was lost") };
  });
  h.limits.push({ bytes: 2_000, source: "topic" });
  h.outbox.add(recordOf(1, 30), 30);
  await h.drain();
  assertEquals(h.topics.sequences(), ["1"]);
  assertEquals(h.stats.counters.deduplicated, 1);
});
