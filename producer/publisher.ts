/**
 * Outbox to Kafka: in order, one send in flight, until it is acknowledged.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type { PriceRecord } from "./envelope.ts";
import { messageOf, UsageError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Outbox } from "./outbox.ts";
import type { Watch } from "./watch.ts";

/** Where a batch landed. */
export interface Acknowledgement {
  /** The partition. */
  readonly partition: number;
  /** The offset of the batch's first record. */
  readonly baseOffset: bigint;
}

/** What the publisher needs of a Kafka client. */
export interface RecordSender {
  /** Connects, again if need be. Safe to repeat. */
  connect(): Promise<void>;
  /**
   * Writes a batch to one partition with acks from all in-sync replicas.
   *
   * @throws {UnknownTopicError} when the topic is not there (yet).
   */
  send(records: readonly PriceRecord[]): Promise<Acknowledgement>;
  /** Closes the connections; the producer's identity lives on. */
  disconnect(): Promise<void>;
}

/** The broker does not know the topic. */
export class UnknownTopicError extends Error {
  /** Its class's name. */
  override readonly name = "UnknownTopicError";

  /**
   * Names the topic.
   *
   * @param topic The topic's name.
   */
  constructor(topic: string, options?: ErrorOptions) {
    super(`the topic ${topic} does not exist`, options);
  }
}

/** What the publisher works with. */
export interface PublisherOptions {
  /** Where records wait. */
  readonly outbox: Outbox;
  /** Where they go. */
  readonly sender: RecordSender;
  /** Makes the topic be there; called at the start and when it is missing. */
  readonly ensureTopic: () => Promise<void>;
  /** Time. */
  readonly clock: Clock;
  /** Told of each acknowledgement. */
  readonly watch: Watch;
  /** Speaks of each acknowledgement, and once of each outage. */
  readonly log: Log;
  /** A number from 0 to 1, for the jitter of retries. */
  readonly random: () => number;
}

/** The publisher, as the rest of the producer sees it. */
export interface Publisher {
  /** Says that the outbox has something new. */
  wake(): void;
  /**
   * Works until the signal, then sends what still waits, unless Kafka is away.
   *
   * @throws {UsageError} when a broker is outside the permission set before
   * anything was acknowledged.
   */
  run(signal: AbortSignal): Promise<void>;
}

const batchRecords = 100;
const firstBackoffMs = 200;
const lastBackoffMs = 30_000;

/** Exponential backoff with full jitter; the floor keeps it from spinning. */
export function backoffMs(attempt: number, random: number): number {
  const most = Math.min(lastBackoffMs, firstBackoffMs * 2 ** attempt);
  return Math.max(50, most * random);
}

/** Makes a publisher; {@linkcode Publisher.run} starts it. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { outbox, sender, clock, watch, log } = options;
  let woken = Promise.withResolvers<void>();
  let failures = 0;
  let ensured = false;

  async function publish(): Promise<void> {
    const records = outbox.take(batchRecords);
    const begun = clock.monotonic();
    const { partition, baseOffset } = await sender.send(records);
    outbox.acknowledge();
    const now = clock.monotonic();
    watch.acknowledged(records.length, outbox.depth, now, now - begun);
    if (failures > 0) log.info("Kafka acknowledges again", { failures });
    failures = 0;
    const latency = Math.round(now - begun);
    for (const [index, record] of records.entries()) {
      log.info("published", {
        sequence: Number(record.headers.sequence),
        partition,
        offset: String(baseOffset + BigInt(index)),
        latency_ms: latency,
        waiting: outbox.depth,
      });
    }
  }

  async function recover(error: unknown): Promise<void> {
    // One line an outage, not one an attempt: the rest is for debugging.
    const speak = failures === 0 ? log.warn : log.debug;
    speak("Kafka does not take records; they wait", {
      waiting: outbox.depth,
      reason: messageOf(error),
    });
    watch.sendFailed(messageOf(error));
    if (error instanceof UnknownTopicError) {
      ensured = true;
      await options.ensureTopic();
    } else {
      // The sockets may be dead without knowing it. The same producer object
      // goes on, so that the broker can drop a batch that it has already.
      await sender.disconnect();
    }
  }

  async function attempt(signal: AbortSignal): Promise<void> {
    try {
      await sender.connect();
      await publish();
      if (ensured) return;
      // After the first record, which a topic that is there need not wait for.
      ensured = true;
      await options.ensureTopic();
    } catch (error) {
      if (error instanceof UsageError && !watch.everAcknowledged) throw error;
      await recover(error).catch((again) => {
        const speak = failures === 0 ? log.warn : log.debug;
        speak("the cause cannot be mended", { reason: messageOf(again) });
      });
      await clock.sleep(backoffMs(failures++, options.random()), signal);
    }
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
      while (!signal.aborted || (outbox.depth > 0 && failures === 0)) {
        if (outbox.depth > 0) {
          await attempt(signal);
        } else {
          await Promise.race([woken.promise, stopped]);
          woken = Promise.withResolvers<void>();
        }
      }
      await sender.disconnect();
    },
  };
}
