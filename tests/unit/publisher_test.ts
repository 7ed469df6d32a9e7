import { assert, assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import type { Batch } from "../../producer/outbox/outbox.ts";
import { backoffMs, createPublisher } from "../../producer/publisher.ts";
import type { RecordSender } from "../../kafka/sender.ts";
import { sendErrorKind } from "../../kafka/send_errors.ts";
import { Stats } from "../../producer/health/stats.ts";
import { FakeClock } from "../fakes/clock.ts";
import { captureLog } from "../fakes/log.ts";
import { fakeOutbox } from "../fakes/outbox.ts";
import { record } from "../fakes/samples.ts";
import { FakeTopics, kafkaError } from "../fakes/topics.ts";

/** What a send does: nothing, refuse, or append and lose the answer. */
type Deed = Error | { appendedBut: Error } | undefined;

function harness(behave: (attempt: number, batch: Batch) => Deed) {
  const { outbox, disk } = fakeOutbox();
  const stats = new Stats();
  const { log, lines } = captureLog();
  const topics = new FakeTopics();
  const batches: Batch[] = [];
  const calls: string[] = [];
  const stop = new AbortController();
  const call = (name: string) => () => {
    calls.push(name);
    return Promise.resolve();
  };
  const sender: RecordSender = {
    connect: () => Promise.resolve(),
    send: (sent) => {
      const batch = sent as Batch;
      batches.push(batch);
      const deed = behave(batches.length, batch);
      if (deed instanceof Error) return Promise.reject(deed);
      const records = batch.map((waiting) => waiting.record);
      const baseOffset = topics.append(records);
      return deed === undefined
        ? Promise.resolve({ partition: 0, baseOffset })
        : Promise.reject(deed.appendedBut);
    },
    disconnect: call("disconnect"),
    renew: call("renew"),
  };
  const make = () =>
    createPublisher({
      outbox,
      sender,
      openTail: () => Promise.resolve(topics),
      ensureTopic: (topic) => call(`ensure ${topic}`)(),
      clock: new FakeClock(),
      stats,
      log,
      random: () => 1,
      yieldToEventLoop: () => Promise.resolve(),
    });
  const add = (...numbers: number[]) => {
    for (const number of numbers) outbox.add(record(number));
  };
  /** Runs until nothing waits. */
  async function drain(publisher = make()): Promise<void> {
    const done = publisher.run(stop.signal);
    while (outbox.depth > 0) await new Promise((r) => setTimeout(r, 0));
    stop.abort();
    await done;
    outbox[Symbol.dispose]();
  }
  const count = (name: string) => calls.filter((one) => one === name).length;
  return {
    outbox,
    disk,
    stats,
    lines,
    topics,
    batches,
    calls,
    count,
    stop,
    make,
    add,
    drain,
  };
}

Deno.test("`publisher` in doubt sends the identical batch again, never cut anew", async () => {
  const h = harness((n) => {
    if (n <= 3) h.add(10 + n);
    return n <= 3 ? new Error("request timed out") : undefined;
  });
  const publisher = h.make();
  h.add(1, 2, 3);
  await h.drain(publisher);
  assertEquals(h.topics.sequences(), ["1", "2", "3", "11", "12", "13"]);
  for (const batch of h.batches.slice(0, 4)) {
    assert(batch === h.batches[0], "the very same batch");
  }
  assertEquals([h.count("disconnect"), h.count("renew")], [4, 0]);
  const warned = h.lines.filter(({ level }) => level === "warn");
  assertEquals(warned.length, 1, "an outage is said once");
});

Deno.test("`publisher` warns of each cause of an outage, once and a few of them", async () => {
  const causes = ["a", "b", "a", "b", "c", "d", "e", "f", "g"];
  const h = harness((n) => {
    const cause = causes[n - 1];
    return cause === undefined ? undefined : new Error(`cause ${cause}`);
  });
  h.add(1);
  await h.drain();
  const warned = h.lines.filter(({ level }) => level === "warn");
  assertEquals(
    warned.map(({ fields }) => fields?.reason),
    ["a", "b", "c", "d", "e"].map((cause) => `cause ${cause}`),
  );
});

Deno.test("`publisher` looks at the topic first when records waited at its start", async () => {
  const h = harness(() => undefined);
  h.add(1, 2, 3);
  let isInherited = true;
  h.outbox.takeInherited = () => {
    const was = isInherited;
    isInherited = false;
    return was;
  };
  h.topics.append([record(1), record(2)]);
  await h.drain();
  assertEquals(h.topics.sequences(), ["1", "2", "3"]);
  assertEquals(h.stats.counters.deduplicated, 2);
  assertEquals(h.stats.counters.published, 1);
});

for (
  const code of [
    "OUT_OF_ORDER_SEQUENCE_NUMBER",
    "DUPLICATE_SEQUENCE_NUMBER",
    "INVALID_PRODUCER_EPOCH",
    "UNKNOWN_PRODUCER_ID",
  ]
) {
  Deno.test(`\`publisher\` begins anew after ${code}, and looks first`, async () => {
    const h = harness((n) =>
      n === 1 ? { appendedBut: kafkaError(code) } : undefined
    );
    const publisher = h.make();
    h.add(1, 2);
    await h.drain(publisher);
    assertEquals(h.topics.sequences(), ["1", "2"]);
    assertEquals(h.count("renew"), 1);
    assertEquals(h.stats.counters.deduplicated, 2);
  });
}

Deno.test("`publisher` cuts a refused batch and puts aside the one bad record", async () => {
  const h = harness((_, batch) =>
    batch.some(({ record }) => record.headers.sequence === "3")
      ? kafkaError("MESSAGE_TOO_LARGE")
      : undefined
  );
  const publisher = h.make();
  h.add(1, 2, 3, 4, 5);
  await h.drain(publisher);
  assertEquals(h.topics.sequences(), ["1", "2", "4", "5"]);
  assertEquals(h.stats.counters.rejected, 1);
  const [said] = h.lines.filter(({ level }) => level === "error");
  assertEquals(said?.fields.sequence, 3);
});

Deno.test("`publisher` keeps everything through authentication errors", async () => {
  const h = harness((n) =>
    n <= 5 ? kafkaError("SASL_AUTHENTICATION_FAILED") : undefined
  );
  const publisher = h.make();
  h.add(1, 2);
  await h.drain(publisher);
  assertEquals(h.topics.sequences(), ["1", "2"]);
  assertEquals(h.stats.counters.rejected, 0);
});

Deno.test("`publisher` makes a missing topic and goes on", async () => {
  const h = harness((n) =>
    n === 1 ? kafkaError("UNKNOWN_TOPIC_OR_PARTITION") : undefined
  );
  const publisher = h.make();
  h.add(1);
  await h.drain(publisher);
  assertEquals(h.calls, ["ensure crypto.prices.raw", "disconnect"]);
  assertEquals(h.topics.sequences(), ["1"]);
});

Deno.test("`publisher` sends what waits when it is stopped while all is well", async () => {
  const h = harness(() => undefined);
  const publisher = h.make();
  h.add(1);
  h.stop.abort();
  await publisher.run(h.stop.signal);
  assertEquals(h.topics.sequences(), ["1"]);
  h.outbox[Symbol.dispose]();
});

Deno.test("`publisher` ends when it is stopped while Kafka is away", async () => {
  const h = harness(() => new Error("no broker"));
  const publisher = h.make();
  h.add(1);
  h.stop.abort();
  await publisher.run(h.stop.signal);
  assertEquals([h.outbox.depth, h.batches.length], [1, 1]);
  h.outbox[Symbol.dispose]();
});

Deno.test("`publisher` tries once more for what is in memory only", async () => {
  const h = harness(() => {
    h.stop.abort();
    return new Error("no broker");
  });
  const publisher = h.make();
  h.disk.error = "full";
  h.add(1);
  await publisher.run(h.stop.signal);
  assertEquals([h.outbox.depth, h.batches.length], [1, 2]);
  h.outbox[Symbol.dispose]();
});

Deno.test("`publisher` ends for a broker outside the permission set", async () => {
  const h = harness(() => new UsageError("add the line"));
  const publisher = h.make();
  h.add(1);
  await assertRejects(
    () => publisher.run(h.stop.signal),
    UsageError,
    "add the line",
  );
  h.outbox[Symbol.dispose]();
});

Deno.test("`backoffMs()` grows to 30 s and never spins", () => {
  assertEquals(backoffMs(0, 1), 200);
  assertEquals(backoffMs(3, 0.5), 800);
  assertEquals(backoffMs(100, 1), 30_000);
  assertEquals(backoffMs(100, 0), 50);
});

Deno.test("`sendErrorKind()` takes what it does not know as doubt", () => {
  assertEquals(sendErrorKind(new Error("socket hang up")), "doubt");
  assertEquals(sendErrorKind(kafkaError("NOT_ENOUGH_REPLICAS")), "doubt");
  assertEquals(
    sendErrorKind(kafkaError("TOPIC_AUTHORIZATION_FAILED")),
    "doubt",
  );
  assertEquals(sendErrorKind("odd"), "doubt");
});
