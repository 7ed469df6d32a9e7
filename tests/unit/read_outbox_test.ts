import { assertEquals } from "@std/assert";
import { publisherHarness as harness } from "../fakes/publisher.ts";
import { record } from "../fakes/samples.ts";

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
