import { assertEquals, assertRejects } from "@std/assert";
import type { PriceRecord } from "../../producer/envelope.ts";
import { UsageError } from "../../producer/errors.ts";
import { MemoryOutbox } from "../../producer/outbox.ts";
import {
  backoffMs,
  createPublisher,
  type RecordSender,
  UnknownTopicError,
} from "../../producer/publisher.ts";
import { Watch } from "../../producer/watch.ts";
import { FakeClock } from "../fakes/clock.ts";
import { captureLog } from "../fakes/log.ts";
import { record } from "../fakes/samples.ts";

function harness(behave: (attempt: number) => Error | undefined) {
  const outbox = new MemoryOutbox(1000);
  const watch = new Watch();
  const { log, lines } = captureLog();
  const batches: (readonly PriceRecord[])[] = [];
  const topic: PriceRecord[] = [];
  const calls: string[] = [];
  const stop = new AbortController();
  const sender: RecordSender = {
    connect: () => Promise.resolve(),
    send: (records) => {
      batches.push([...records]);
      const error = behave(batches.length);
      if (error !== undefined) return Promise.reject(error);
      topic.push(...records);
      const baseOffset = BigInt(topic.length - records.length);
      return Promise.resolve({ partition: 0, baseOffset });
    },
    disconnect: () => {
      calls.push("disconnect");
      return Promise.resolve();
    },
  };
  const ensureTopic = () => {
    calls.push("ensure");
    return Promise.resolve();
  };
  const clock = new FakeClock();
  const random = () => 1;
  const publisher = createPublisher({
    outbox,
    sender,
    ensureTopic,
    clock,
    watch,
    log,
    random,
  });
  return { outbox, watch, lines, batches, topic, calls, stop, publisher };
}

Deno.test("`publisher` sends the identical batch again until it is acknowledged", async () => {
  const h = harness((n) => n <= 3 ? new Error("request timed out") : undefined);
  const records = [1, 2, 3].map((n) => record(n));
  for (const one of records) h.outbox.add(one);
  const done = h.publisher.run(h.stop.signal);
  while (h.outbox.depth > 0) await new Promise((r) => setTimeout(r, 0));
  h.stop.abort();
  await done;
  assertEquals(h.topic, records);
  assertEquals(h.batches.length, 4);
  for (const batch of h.batches) assertEquals(batch, records);
  assertEquals(h.calls.filter((c) => c === "disconnect").length, 4);
  const warned = h.lines.filter(({ level }) => level === "warn");
  assertEquals(warned.length, 1, "an outage is said once");
  const offsets = h.lines.filter(({ message }) => message === "published")
    .map(({ fields }) => fields.offset);
  assertEquals(offsets, ["0", "1", "2"]);
});

Deno.test("`publisher` makes a missing topic and goes on", async () => {
  const h = harness((n) => n === 1 ? new UnknownTopicError("t") : undefined);
  h.outbox.add(record(1));
  const done = h.publisher.run(h.stop.signal);
  while (h.outbox.depth > 0) await new Promise((r) => setTimeout(r, 0));
  h.stop.abort();
  await done;
  assertEquals(h.calls, ["ensure", "disconnect"]);
  assertEquals(h.topic.length, 1);
});

Deno.test("`publisher` sends what waits when it is stopped while all is well", async () => {
  const h = harness(() => undefined);
  h.outbox.add(record(1));
  h.stop.abort();
  await h.publisher.run(h.stop.signal);
  assertEquals(h.topic.length, 1);
});

Deno.test("`publisher` ends when it is stopped while Kafka is away", async () => {
  const h = harness(() => new Error("no broker"));
  h.outbox.add(record(1));
  h.stop.abort();
  await h.publisher.run(h.stop.signal);
  assertEquals(h.outbox.depth, 1);
});

Deno.test("`publisher` ends for a broker outside the permission set", async () => {
  const h = harness(() => new UsageError("add the line"));
  h.outbox.add(record(1));
  await assertRejects(
    () => h.publisher.run(h.stop.signal),
    UsageError,
    "add the line",
  );
});

Deno.test("`backoffMs()` grows to 30 s and never spins", () => {
  assertEquals(backoffMs(0, 1), 200);
  assertEquals(backoffMs(3, 0.5), 800);
  assertEquals(backoffMs(100, 1), 30_000);
  assertEquals(backoffMs(100, 0), 50);
});

Deno.test("`MemoryOutbox` drops the oldest that is not in flight", () => {
  const outbox = new MemoryOutbox(3);
  const [a, b, c, d] = [1, 2, 3, 4].map((n) => record(n));
  outbox.add(a!);
  outbox.add(b!);
  assertEquals(outbox.take(1), [a!]);
  outbox.add(c!);
  assertEquals(outbox.add(d!), b);
  outbox.acknowledge();
  assertEquals(outbox.take(10), [c!, d!]);
  assertEquals(outbox.depth, 2);
});
