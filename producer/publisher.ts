/**
 * Outbox to Kafka: in order, one send in flight, until it is acknowledged.
 *
 * @module
 */

import type { RecordSender } from "../kafka/sender.ts";
import type { Clock } from "../lib/clock.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import { AccessError } from "../kafka/access_error.ts";
import type { Tail } from "../kafka/tail_reader.ts";
import type { Log } from "../lib/log.ts";
import type { Batch, Outbox } from "./outbox/outbox.ts";
import type { Acknowledgement } from "../kafka/sender.ts";
import { reconcile } from "./reconcile.ts";
import { sendErrorKind } from "../kafka/send_errors.ts";
import type { Stats } from "./health/stats.ts";

/** What the publisher works with. */
export interface PublisherOptions {
  /** Where records wait. */
  readonly outbox: Outbox;
  /** Where they go. */
  readonly sender: RecordSender;
  /** Connects for a look at the topic's end. */
  readonly openTail: () => Promise<Tail & { close(): Promise<void> }>;
  /**
   * Makes a topic be there; called after the first record and when missing.
   *
   * @throws when it is missing and cannot be made.
   */
  readonly ensureTopic: (topic: string, isMissing: boolean) => Promise<void>;
  /** Time. */
  readonly clock: Clock;
  /** Told of each acknowledgement. */
  readonly stats: Stats;
  /** Speaks of each acknowledgement, and once of each outage. */
  readonly log: Log;
  /** A number from 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Lets what is under way get to the network before it goes on. */
  readonly yieldToEventLoop: () => Promise<void>;
}

/** The publisher, as the rest of the producer sees it. */
export interface Publisher {
  /** Says that the outbox has something new. */
  wake(): void;
  /**
   * Works until the signal, then sends what still waits, unless Kafka is away.
   * What is in memory only is tried once more even then.
   *
   * @throws {UsageError} when a broker is outside the permission set before
   * anything was acknowledged.
   */
  run(signal: AbortSignal): Promise<void>;
}

const batchRecords = 100;

/** How many causes of one outage are warned of: texts may differ for ever. */
const mostCauses = 5;

/** Half of what a topic takes by default; kafkajs adds little to it. */
const batchBytes = 500_000;

const firstBackoffMs = 200;
const lastBackoffMs = 30_000;

/** Exponential backoff with full jitter; the floor keeps it from spinning. */
export function backoffMs(attempt: number, random: number): number {
  const most = Math.min(lastBackoffMs, firstBackoffMs * 2 ** attempt);
  return Math.max(50, most * random);
}

/** Makes a publisher; {@linkcode Publisher.run} starts it. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { outbox, sender, clock, stats, log } = options;
  let woken = Promise.withResolvers<void>();
  let failures = 0;
  /** What an outage's warnings said so far. */
  const said = new Set<string>();
  let isEnsured = false;
  let mustReconcile = false;
  let batch: Batch | undefined;
  let most = batchRecords;
  const limits = () => ({ records: most, bytes: batchBytes });

  /** @returns the topic of what was published, if anything was. */
  async function publish(): Promise<string | undefined> {
    batch ??= outbox.take(limits());
    // All that waited was spoilt, and is put aside.
    if (batch === undefined && outbox.depth === 0) return undefined;
    if (batch === undefined) {
      const why = outbox.state().diskError ??
        "its file holds less than it said";
      throw new Error(`the outbox cannot be read: ${why}`);
    }
    const begun = clock.monotonic();
    const [at] = await Promise.all([sender.send(batch), settle()]);
    const sent = batch;
    batch = undefined;
    most = Math.min(batchRecords, 2 * most);
    outbox.acknowledge(sent, at);
    if (outbox.depth === 0) outbox.settle();
    const now = clock.monotonic();
    stats.acknowledged(sent.length, outbox.depth, now, now - begun);
    if (failures > 0) log.info("Kafka acknowledges again", { failures });
    failures = 0;
    said.clear();
    tell(sent, at, now - begun);
    return sent[0]?.record.topic;
  }

  /** What was acknowledged goes to disk while the next batch is on its way. */
  async function settle(): Promise<void> {
    await options.yieldToEventLoop();
    outbox.settle();
  }

  function tell(sent: Batch, at: Acknowledgement, latencyMs: number): void {
    const last = sent.at(-1);
    log.info("published", {
      ...sent.length > 1 ? { records: sent.length } : {},
      sequence: Number(last?.record.headers.sequence),
      partition: at.partition,
      offset: String(at.baseOffset + BigInt(sent.length - 1)),
      latency_ms: Math.round(latencyMs),
      waiting: outbox.depth,
    });
  }

  async function lookForSent(): Promise<void> {
    const tail = await options.openTail();
    try {
      const before = outbox.depth;
      const { deduplicated, possiblyDuplicated } = await reconcile(
        tail,
        outbox,
      );
      mustReconcile = false;
      stats.deduplicated(deduplicated, outbox.depth, clock.monotonic());
      stats.counters.possiblyDuplicated += possiblyDuplicated;
      log.info("looked for records that Kafka has already", {
        waited: before,
        struck_out: deduplicated,
        possibly_duplicated: possiblyDuplicated,
      });
    } finally {
      await tail.close().catch(() => {});
    }
  }

  /** A refused batch is cut in half; a refused record is put aside. */
  function refused(error: unknown, refused: Batch): void {
    batch = undefined;
    outbox.release();
    const [first] = refused;
    if (refused.length > 1 || first === undefined) {
      most = Math.ceil(refused.length / 2);
      return;
    }
    outbox.reject(first, messageOf(error));
    stats.rejected(1, outbox.depth, clock.monotonic());
    log.error("Kafka refuses a record for good; it is put aside", {
      sequence: Number(first.record.headers.sequence),
      ce_id: first.record.id,
      reason: messageOf(error),
    });
  }

  async function recover(error: unknown): Promise<void> {
    const kind = sendErrorKind(error);
    if (kind === "topic") {
      isEnsured = true;
      for (const topic of outbox.topics()) {
        await options.ensureTopic(topic, true);
      }
    } else if (kind === "identity") {
      batch = undefined;
      outbox.release();
      mustReconcile = true;
      await sender.renew();
    } else {
      // The sockets may be dead without knowing it. The same producer object
      // goes on, so that the broker can drop a batch that it has already.
      await sender.disconnect();
    }
  }

  async function mendTopic(topic: string): Promise<void> {
    isEnsured = true;
    await options.ensureTopic(topic, false).catch((error) => {
      if (error instanceof UsageError) throw error;
      log.warn("the topic's settings cannot be checked", {
        reason: messageOf(error),
      });
    });
  }

  /** A line for each cause in an outage, not for each attempt. */
  function warn(message: string, error: unknown): void {
    const reason = messageOf(error);
    const isNew = !said.has(reason) && said.size < mostCauses;
    if (isNew) said.add(reason);
    const speak = isNew ? log.warn : log.debug;
    speak(message, { waiting: outbox.depth, reason });
  }

  async function attempt(signal: AbortSignal): Promise<void> {
    try {
      await sender.connect();
      // A process that ended may have sent what still waits.
      mustReconcile ||= outbox.takeInherited();
      if (mustReconcile) await lookForSent();
      if (outbox.depth === 0) return;
      const topic = await publish();
      // After the first record, which a topic that is there need not wait for.
      if (!isEnsured && topic !== undefined) await mendTopic(topic);
    } catch (error) {
      if (error instanceof UsageError && !stats.everAcknowledged) throw error;
      if (batch !== undefined && sendErrorKind(error) === "batch") {
        return refused(error, batch);
      }
      warn("Kafka does not take records; they wait", error);
      stats.sendFailed(messageOf(error), error instanceof AccessError);
      await recover(error).catch((again) => {
        warn("the cause cannot be mended", again);
      });
      await clock.sleep(backoffMs(failures++, options.random()), signal);
    }
  }

  /** Whether an attempt is worth it, once the end was asked for. */
  function isWorthIt(isLast: boolean): boolean {
    if (outbox.depth === 0) return false;
    return failures === 0 || !isLast && outbox.state().inMemory > 0;
  }

  return {
    wake: () => woken.resolve(),
    async run(signal) {
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      // Connecting side by side with the first poll saves a round trip or two.
      await sender.connect().catch((error) => {
        if (error instanceof UsageError) throw error;
        log.debug("first connection failed", { reason: messageOf(error) });
      });
      let isLast = false;
      while (!signal.aborted || isWorthIt(isLast)) {
        isLast = signal.aborted;
        if (outbox.depth > 0) {
          await attempt(signal);
        } else {
          await Promise.race([woken.promise, stopped]);
          woken = Promise.withResolvers<void>();
        }
      }
      await sender.disconnect().catch(() => {});
    },
  };
}
