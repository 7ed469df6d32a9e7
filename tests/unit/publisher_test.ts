import { assert, assertEquals, assertRejects } from "@std/assert";
import { AccessError } from "../../kafka/access_error.ts";
import { AddressError } from "../../kafka/address_error.ts";
import { UsageError } from "../../lib/errors.ts";
import type { PublisherStats } from "../../producer/publisher_options.ts";
import {
  type Effect,
  publisherHarness as harness,
} from "../fakes/publisher.ts";
import { record } from "../fakes/samples.ts";
import { kafkaError } from "../fakes/topics.ts";

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

Deno.test("`createPublisher()` begins with short rests again when a broker answers again", async () => {
  const h = harness((n) => n <= 8 ? new Error("no broker") : undefined);
  h.answers.add(5);
  h.add(1);
  await h.drain();
  assertEquals(h.rests, [200, 400, 800, 1_600, 3_200, 200, 400, 800]);
});

Deno.test("`createPublisher()` never rests less because a broker answers that refuses it", async () => {
  const h = harness((n) =>
    n <= 10 ? new AccessError("the brokers refuse this client") : undefined
  );
  h.add(1);
  const beganMs = h.clock.monotonic();
  await h.drain();
  assertEquals(h.rests, []);
  const ms = h.clock.monotonic() - beganMs;
  assert(ms > 100_000, `ten rests, up to 30 s, in ${ms} ms`);
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

Deno.test("`createPublisher()` warns of a wrong broker's address before there is a record", async () => {
  const error = new AddressError("an HTTP server", "set another", "other");
  const h = harness(() => undefined, undefined, () => Promise.reject(error));
  const running = h.run();
  while (h.stats.sendError === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  h.stop.abort();
  await running;
  const warned = h.lines.filter(({ level }) => level === "warn");
  assertEquals(
    warned.map(({ fields }) => fields?.reason),
    ["an HTTP server: set another"],
  );
  assertEquals([h.stats.sendError, h.stats.refused], [error.message, false]);
});

Deno.test("`createPublisher()` ends for a broker outside the permission set", async () => {
  const h = harness(() => new UsageError("add the line"));
  h.add(1);
  await assertRejects(h.run, UsageError, "add the line");
});

/** An outbox whose file cannot be read for some attempts. */
Deno.test("`createPublisher()` does the same with stats that ignore every report", async () => {
  const ignored: PublisherStats = {
    acknowledged() {},
    deduplicated() {},
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
