// The queue between poll and publisher, as these two see it. The one that
// survives the process is in `sqlite_outbox.ts`.

import type { Acknowledgement, KafkaRecord } from "../../kafka/sender.ts";

/** A record of one sample. */
export interface PriceRecord extends KafkaRecord {
  /** `ce_id`: one UUID for the record's whole life. */
  readonly id: string;
}

/** One of the records that a larger one is split into. */
export interface RecordPart {
  /** The part. */
  readonly record: PriceRecord;
  /** How many coins it has, so that it can be split again. */
  readonly slots: number;
}

/** Identifies a record in the queue. */
export interface RecordRef {
  /** Grows with every record: by one, or by its slots. */
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

/** How much a batch or the queue may hold; one record may be larger. */
export interface Limits {
  /** Records. */
  readonly records: number;
  /** Bytes of keys, values and headers. */
  readonly bytes: number;
}

/** How far a partition is known to hold what was sent. */
export interface Position {
  /** The offset after the last acknowledged record. */
  readonly next: bigint;
  /** `ce_id` of the record before it: proves that the log is still the same. */
  readonly lastId: string;
}

/** The outbox as the health endpoints see it. */
export interface OutboxState {
  /** Records that wait, including those in flight. */
  readonly depth: number;
  /** Their bytes. */
  readonly bytes: number;
  /** The timestamp of the oldest, ms since 1970. */
  readonly oldestMs: number | undefined;
  /** Whether the next record costs the oldest one. */
  readonly full: boolean;
  /** Why the disk cannot be written; `undefined` while it can. */
  readonly diskError: string | undefined;
  /** Records that only memory holds. */
  readonly inMemory: number;
  /** Dead-lettered records that were deleted for newer ones by this process. */
  readonly rejectedDropped: number;
}

/** The queue. */
export interface Outbox {
  /**
   * Adds a record; it is on disk before this returns, if the disk allows it.
   *
   * @param slots How many records it can be split into: 1 unless given.
   * @returns how many of the oldest records were dropped for it.
   */
  add(record: PriceRecord, slots?: number): number;
  /**
   * Whether the file held records of an earlier process, which may have sent
   * them. True once.
   */
  takeInherited(): boolean;
  /** The next batch, in flight from now on; `undefined` when nothing waits. */
  take(limits: Limits): Batch | undefined;
  /**
   * Removes a batch and stores where it landed. It may take until
   * {@linkcode settle} before that is on disk: if the process dies in between,
   * the next start finds the records in the topic.
   */
  acknowledge(batch: Batch, at: Acknowledgement): void;
  /**
   * Replaces the oldest record by parts of it, which come before all others.
   * The file has either the record or all its parts, whatever happens.
   *
   * @returns `false` when the disk does not allow it: nothing has changed.
   */
  split(waiting: Waiting, parts: readonly RecordPart[]): boolean;
  /** Dead-letters a record that the brokers never accept. */
  reject(waiting: Waiting, reason: string): void;
  /** Returns the batch in flight to the queue. */
  release(): void;
  /** Writes what is not on disk yet. Trouble ends up in {@linkcode state}. */
  settle(): void;
  /**
   * The topics of the records that wait.
   *
   * @throws when the file cannot be read completely, as do the next three: what
   * they missed would be sent again.
   */
  topics(): string[];
  /** The oldest timestamp of a topic's records, ms since 1970. */
  oldestMs(topic: string): number | undefined;
  /** The stored position of a partition. */
  position(topic: string, partition: number): Position | undefined;
  /** The records of a topic with one of these ids. */
  find(topic: string, ids: ReadonlySet<string>): RecordRef[];
  /** Removes records that are in the topic already. */
  deduplicate(refs: readonly RecordRef[]): void;
  /** How many records wait, including those in flight. */
  readonly depth: number;
  /** How full it is, and whether it can be written. */
  state(): OutboxState;
}
