import { defaultMaxMessageBytes } from "../../kafka/batch_size.ts";
import type { MessageLimit } from "../../kafka/message_limit.ts";
import type { RecordSender } from "../../kafka/sender.ts";
import { createLargeRecords } from "../../producer/large_records.ts";
import { Stats } from "../../producer/health/stats.ts";
import type { Batch } from "../../producer/outbox/outbox.ts";
import { createPublisher } from "../../producer/publisher.ts";
import type { PublisherStats } from "../../producer/publisher_options.ts";
import { FakeClock } from "./clock.ts";
import { captureLog } from "./log.ts";
import { fakeOutbox } from "./outbox.ts";
import { record } from "./samples.ts";
import { FakeTopics } from "./topics.ts";

/** What a send does: succeed, fail, or append and lose the response. */
export type Effect = Error | { appendedBut: Error } | undefined;

/** A publisher with fake parts; nothing runs before `run()` or `drain()`. */
export function publisherHarness(
  behave: (attempt: number, batch: Batch) => Effect,
  observer?: PublisherStats,
  connect: () => Promise<void> = () => Promise.resolve(),
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
    connect,
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
  const clock = new FakeClock();
  const limits: MessageLimit[] = [];
  const large = createLargeRecords({
    outbox,
    messageLimit: () =>
      Promise.resolve(
        limits.at(-1) ?? { bytes: defaultMaxMessageBytes, source: "topic" },
      ),
    estimate: () => ({ coins: 1, typical: 1, most: 1, mostOfOne: 1 }),
    outboxBytes: 1e9,
    broker: "localhost:9093",
    clock,
    stats,
    log,
  });
  /** The rests after failed sends, in milliseconds. */
  const rests: number[] = [];
  /** Which rests end because a broker answers again. */
  const answers = new Set<number>();
  function run(): Promise<void> {
    return createPublisher({
      outbox,
      large,
      sender,
      openTail: () => Promise.resolve(topics),
      ensureTopic: (topic) => call(`ensure ${topic}`)(),
      rest: (ms) => Promise.resolve(answers.has(rests.push(ms))),
      clock,
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
  const work = { stop, run, drain, add, inherit, limits, clock };
  const seen = { stats, lines, topics, batches, calls, count, rests };
  return { outbox, disk, answers, ...seen, ...work };
}
