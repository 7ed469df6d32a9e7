/**
 * The queue between poll and publish: what poll and publisher need of it. The
 * one that lasts is in `outbox/durable.ts`.
 *
 * @module
 */

import type { Acknowledgement, KafkaRecord } from "../../kafka/sender.ts";

/** A record of one sample. */
export interface PriceRecord extends KafkaRecord {
  /** `ce_id`: one UUID for the sample's whole life. */
  readonly id: string;
}

/** The place of a record in the queue. */
export interface RecordRef {
  /** Grows with every record; its size means nothing else. */
  readonly seq: number;
  /** What the record counts against the bound. */
  readonly bytes: number;
}

/** A record that waits. */
export interface Waiting extends RecordRef {
  /** The record. */
  readonly record: PriceRecord;
}

/**
 * The oldest records of the queue, at least one, all of one topic and one key
 * and thus of one partition.
 */
export type Batch = readonly Waiting[];

/** How much a batch may hold; one record is always taken. */
export interface BatchLimits {
  /** Records. */
  readonly records: number;
  /** Bytes of values and headers. */
  readonly bytes: number;
}

/** How far a partition is known to hold what was sent. */
export interface Position {
  /** The offset after the last acknowledged record. */
  readonly next: bigint;
  /** `ce_id` of the record before it: proves that the log is still the same. */
  readonly lastId: string;
}

/** The outbox as health sees it. */
export interface OutboxState {
  /** Records that wait, those in flight included. */
  readonly depth: number;
  /** Their size. */
  readonly bytes: number;
  /** When the oldest was made, ms since 1970 by the wall clock. */
  readonly oldestMs: number | undefined;
  /** Whether the next record costs the oldest one. */
  readonly full: boolean;
  /** Why the disk takes nothing; `undefined` while it does. */
  readonly diskError: string | undefined;
  /** Records that are in memory only. */
  readonly inMemory: number;
}

/** What poll and publisher need of the queue. */
export interface Outbox {
  /**
   * Takes a record; it is on disk before this returns, if the disk takes it.
   *
   * @returns how many of the oldest records had to go for it.
   */
  add(record: PriceRecord): number;
  /**
   * Whether records of an earlier process came up since this was asked last:
   * that process may have sent them.
   */
  inherited(): boolean;
  /** The next batch, in flight from now on; `undefined` when nothing waits. */
  take(limits: BatchLimits): Batch | undefined;
  /** Reads what comes after the batch in flight, for the next `take`. */
  lookAhead(limits: BatchLimits): void;
  /**
   * Forgets a batch and notes where it landed. It may take until
   * {@linkcode settle} before that is on disk: a process that dies in between
   * finds the records in the topic when it starts again.
   */
  acknowledge(batch: Batch, at: Acknowledgement): void;
  /** Puts a record aside that the brokers will never take. */
  reject(waiting: Waiting, reason: string): void;
  /** Nothing is in flight any more; what was waits again. */
  release(): void;
  /** Writes to disk what is not there yet. Trouble is in {@linkcode state}. */
  settle(): void;
  /**
   * The topics that records wait for.
   *
   * @throws when the file cannot be read whole, as do the next three: what is
   * left out here would be sent again.
   */
  topics(): string[];
  /** The oldest time of the records that wait for a topic, ms since 1970. */
  oldestMs(topic: string): number | undefined;
  /** What is known of a partition. */
  position(topic: string, partition: number): Position | undefined;
  /** Those records of a topic whose ids are among these. */
  find(topic: string, ids: ReadonlySet<string>): RecordRef[];
  /** Forgets records that are in the topic already. */
  deduplicate(places: readonly RecordRef[]): void;
  /** How many records wait, those in flight included. */
  readonly depth: number;
  /** How full it is, and whether it can be written. */
  state(): OutboxState;
}
