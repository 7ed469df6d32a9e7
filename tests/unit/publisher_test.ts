import { assert, assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import type { Batch } from "../../producer/outbox/outbox.ts";
import { backoffMs } from "../../producer/publish_backoff.ts";
import {
  createPublisher,
  type PublisherStats,
} from "../../producer/publisher.ts";
import type { RecordSender } from "../../kafka/sender.ts";
import { sendErrorKind } from "../../kafka/send_errors.ts";
import { Stats } from "../../producer/health/stats.ts";
import { FakeClock } from "../fakes/clock.ts";
import { captureLog } from "../fakes/log.ts";
import { fakeOutbox } from "../fakes/outbox.ts";
import { record } from "../fakes/samples.ts";
import { FakeTopics, kafkaError } from "../fakes/topics.ts";

/** What a send does: succeed, fail, or append and lose the response. */
type Effect = Error | { appendedBut: Error } | undefined;

function harness(
  behave: (attempt: number, batch: Batch) => Effect,
  observer?: PublisherStats,
) {
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
      const effect = behave(batches.length, batch);
      if (effect instanceof Error) return Promise.reject(effect);
      const records = batch.map((waiting) => waiting.record);
      const baseOffset = topics.append(records);
      return effect === undefined
        ? Promise.resolve({ partition: 0, baseOffset })
        : Promise.reject(effect.appendedBut);
    },
    disconnect: call("disconnect"),
    renew: call("renew"),
  };
  const add = (...numbers: number[]) => {
    for (const number of numbers) outbox.add(record(number));
  };
  function run(): Promise<void> {
    return createPublisher({
      outbox,
      sender,
      openTail: () => Promise.resolve(topics),
      ensureTopic: (topic) => call(`ensure ${topic}`)(),
      clock: new FakeClock(),
      stats: observer ?? stats,
      log,
      random: () => 1,
      yieldToEventLoop: () => Promise.resolve(),
    }).run(stop.signal);
  }
  /** Runs until nothing waits. */
  async function drain(): Promise<void> {
    const done = run();
    while (outbox.depth > 0) await new Promise((r) => setTimeout(r, 0));
    stop.abort();
    await done;
  }
  /** As if an earlier process had left the records. */
  function inherit(): void {
    let isInherited = true;
    outbox.takeInherited = () => isInherited && !(isInherited = false);
  }
  const count = (name: string) => calls.filter((one) => one === name).length;
  const work = { stop, run, drain, add, inherit };
  return { outbox, disk, stats, lines, topics, batches, calls, count, ...work };
}

Deno.test("`createPublisher()` in doubt resends the identical batch, never cut differently", async () => {
  const h = harness((n) => {
    if (n <= 3) h.add(10 + n);
    return n <= 3 ? new Error("request timed out") : undefined;
  });
  h.add(1, 2, 3);
  await h.drain();
  assertEquals(h.topics.sequences(), ["1", "2", "3", "11", "12", "13"]);
  for (const batch of h.batches.slice(0, 4)) {
    assert(batch === h.batches[0], "the very same batch");
  }
  assertEquals([h.count("disconnect"), h.count("renew")], [4, 0]);
  const warned = h.lines.filter(({ level }) => level === "warn");
  assertEquals(warned.length, 1, "one warning for an outage");
});

Deno.test("`createPublisher()` warns once of each cause of an outage, up to five", async () => {
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

Deno.test("`createPublisher()` compares with the topic first when records waited at its start", async () => {
  const h = harness(() => undefined);
  h.add(1, 2, 3);
  h.inherit();
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
  Deno.test(`\`createPublisher()\` renews its identity after ${code} and compares with the topic`, async () => {
    const h = harness((n) =>
      n === 1 ? { appendedBut: kafkaError(code) } : undefined
    );
    h.add(1, 2);
    await h.drain();
    assertEquals(h.topics.sequences(), ["1", "2"]);
    assertEquals(h.count("renew"), 1);
    assertEquals(h.stats.counters.deduplicated, 2);
  });
}

Deno.test("`createPublisher()` halves a rejected batch and dead-letters the one bad record", async () => {
  const h = harness((_, batch) =>
    batch.some(({ record }) => record.headers.sequence === "3")
      ? kafkaError("MESSAGE_TOO_LARGE")
      : undefined
  );
  h.add(1, 2, 3, 4, 5);
  await h.drain();
  assertEquals(h.topics.sequences(), ["1", "2", "4", "5"]);
  assertEquals(h.stats.counters.deadLettered, 1);
  const [line] = h.lines.filter(({ level }) => level === "error");
  assertEquals(line?.fields.sequence, 3);
});

Deno.test("`createPublisher()` keeps all records through authentication errors", async () => {
  const h = harness((n) =>
    n <= 5 ? kafkaError("SASL_AUTHENTICATION_FAILED") : undefined
  );
  h.add(1, 2);
  await h.drain();
  assertEquals(h.topics.sequences(), ["1", "2"]);
  assertEquals(h.stats.counters.deadLettered, 0);
});

Deno.test("`createPublisher()` creates a missing topic and goes on", async () => {
  const h = harness((n) =>
    n === 1 ? kafkaError("UNKNOWN_TOPIC_OR_PARTITION") : undefined
  );
  h.add(1);
  await h.drain();
  assertEquals(h.calls, ["ensure crypto.prices.raw", "disconnect"]);
  assertEquals(h.topics.sequences(), ["1"]);
});

Deno.test("`createPublisher()` sends what waits when it is stopped while healthy", async () => {
  const h = harness(() => undefined);
  h.add(1);
  h.stop.abort();
  await h.run();
  assertEquals(h.topics.sequences(), ["1"]);
});

Deno.test("`createPublisher()` ends when it is stopped while Kafka is away", async () => {
  const h = harness(() => new Error("no broker"));
  h.add(1);
  h.stop.abort();
  await h.run();
  assertEquals([h.outbox.depth, h.batches.length], [1, 1]);
});

Deno.test("`createPublisher()` tries once more for records in memory only", async () => {
  const h = harness(() => {
    h.stop.abort();
    return new Error("no broker");
  });
  h.disk.error = "full";
  h.add(1);
  await h.run();
  assertEquals([h.outbox.depth, h.batches.length], [1, 2]);
});

Deno.test("`createPublisher()` ends for a broker outside the permission set", async () => {
  const h = harness(() => new UsageError("add the line"));
  h.add(1);
  await assertRejects(h.run, UsageError, "add the line");
});

/** An outbox whose file cannot be read for some attempts. */
function unreadable(h: ReturnType<typeof harness>, attempts: number) {
  const { take, state } = h.outbox;
  let left = attempts;
  h.outbox.take = (limits) =>
    left-- > 0 ? undefined : take.call(h.outbox, limits);
  h.outbox.state = () => ({
    ...state.call(h.outbox),
    diskError: left >= 0 ? "disk I/O error" : undefined,
  });
}

Deno.test("`createPublisher()` reports an unreadable outbox as such and leaves Kafka alone", async () => {
  const h = harness(() => undefined);
  h.add(1, 2);
  unreadable(h, 3);
  let reason: string | undefined;
  const { outboxRead } = h.stats;
  h.stats.outboxRead = (error) => {
    reason ??= error;
    outboxRead.call(h.stats, error);
  };
  await h.drain();
  assertEquals(reason, "disk I/O error");
  assertEquals(h.stats.outboxError, undefined);
  assertEquals(h.stats.sendError, undefined);
  assertEquals(h.topics.sequences(), ["1", "2"]);
  // The one disconnect is that of the end.
  assertEquals([h.count("disconnect"), h.count("renew")], [1, 0]);
  const messages = h.lines.filter(({ level }) => level !== "debug")
    .map(({ level, message }) => `${level}: ${message}`);
  assertEquals(messages, [
    "warn: cannot read the outbox; its records wait",
    "info: the outbox can be read again",
    "info: published",
  ]);
});

Deno.test("`createPublisher()` does not blame Kafka for an outbox that it cannot compare", async () => {
  const h = harness(() => undefined);
  h.topics.append([record(9)]);
  h.add(1);
  h.inherit();
  const { topics } = h.outbox;
  let failures = 2;
  h.outbox.topics = () => {
    if (failures-- > 0) throw new Error("database disk image is malformed");
    return topics.call(h.outbox);
  };
  await h.drain();
  assertEquals([h.topics.sequences(), h.count("disconnect")], [["9", "1"], 1]);
  assertEquals(
    h.lines.filter(({ level }) => level === "warn").map(({ message, fields }) =>
      `${message}: ${fields.reason}`
    ),
    [
      "cannot read the outbox; its records wait: " +
      "database disk image is malformed",
    ],
  );
});

Deno.test("`createPublisher()` ends when it is stopped while the outbox cannot be read", async () => {
  const h = harness(() => undefined);
  h.add(1);
  unreadable(h, Infinity);
  h.stop.abort();
  await h.run();
  assertEquals([h.outbox.depth, h.batches.length], [1, 0]);
});

Deno.test("`createPublisher()` does the same with stats that ignore every report", async () => {
  const ignored: PublisherStats = {
    acknowledged() {},
    deduplicated() {},
    deadLettered() {},
    sendFailed() {},
    outboxRead() {},
  };
  async function run(observer?: PublisherStats) {
    const effects: Effect[] = [
      undefined,
      new Error("timed out"),
      // Not the end of the process, since Kafka has acknowledged before.
      new UsageError("a broker out of reach"),
      { appendedBut: kafkaError("UNKNOWN_PRODUCER_ID") },
    ];
    const h = harness((attempt, batch) => {
      if (attempt === 1) h.add(2, 3, 4, 5);
      const isBad = batch.some(({ record }) => record.headers.sequence === "5");
      return effects[attempt - 1] ??
        (isBad ? kafkaError("INVALID_RECORD") : undefined);
    }, observer);
    h.add(1);
    await h.drain();
    return [h.topics.sequences(), h.calls, h.lines, h.batches];
  }
  assertEquals(await run(ignored), await run());
});

Deno.test("`backoffMs()` grows to 30 s and never spins", () => {
  assertEquals(backoffMs(0, 1), 200);
  assertEquals(backoffMs(3, 0.5), 800);
  assertEquals(backoffMs(100, 1), 30_000);
  assertEquals(backoffMs(100, 0), 50);
});

Deno.test("`sendErrorKind()` treats unknown errors as doubt", () => {
  assertEquals(sendErrorKind(new Error("socket hang up")), "doubt");
  assertEquals(sendErrorKind(kafkaError("NOT_ENOUGH_REPLICAS")), "doubt");
  assertEquals(
    sendErrorKind(kafkaError("TOPIC_AUTHORIZATION_FAILED")),
    "doubt",
  );
  assertEquals(sendErrorKind("odd"), "doubt");
});
