// What the publisher works with, and what the rest of the producer sees of it.

import type { RecordSender } from "../kafka/sender.ts";
import type { Tail } from "../kafka/tail_reader.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Stats } from "./health/stats.ts";
import type { LargeRecords } from "./large_records.ts";
import type { Outbox } from "./outbox/outbox.ts";

/** What a publisher reports. Nothing of it comes back. */
export type PublisherStats = Pick<
  Stats,
  "acknowledged" | "deduplicated" | "sendFailed" | "outboxRead"
>;

/** What `createPublisher()` works with. */
export interface PublisherOptions {
  /** Where records wait. */
  readonly outbox: Outbox;
  /** What is done with records that are too large for a topic. */
  readonly large: LargeRecords;
  /** Where they go. */
  readonly sender: RecordSender;
  /** Connects a reader of the topic's end. */
  readonly openTail: () => Promise<Tail & { close(): Promise<void> }>;
  /**
   * Ensures that a topic exists with its settings; called after the first
   * record, and when the topic is missing.
   *
   * @throws when it is missing and cannot be created.
   */
  readonly ensureTopic: (topic: string, isMissing: boolean) => Promise<void>;
  /**
   * Waits after a failed send, in milliseconds.
   *
   * @returns whether a broker that could not be reached answers again, which
   * ends the wait early.
   */
  readonly rest: (ms: number, signal: AbortSignal) => Promise<boolean>;
  /** Time. */
  readonly clock: Clock;
  /** Gets every result. */
  readonly stats: PublisherStats;
  /** Gets a line for each acknowledgement and for each cause of an outage. */
  readonly log: Log;
  /** A number from 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  /** Lets pending work reach the network before it resolves. */
  readonly yieldToEventLoop: () => Promise<void>;
}

/** The publisher, as the rest of the producer sees it. */
export interface Publisher {
  /** Reports a new record in the outbox. */
  wake(): void;
  /**
   * Works until the signal, then sends what still waits, unless Kafka is away.
   * Records that are in memory only get one more try even then.
   *
   * @throws {UsageError} when a broker is outside the permission set before
   * anything was acknowledged.
   */
  run(signal: AbortSignal): Promise<void>;
}
