// Records that are larger than their topic takes: what is known of the limits,
// and what is done when a record exceeds one.

import { batchBytes, batchOverheadBytes } from "../kafka/batch_size.ts";
import type { MessageLimit } from "../kafka/message_limit.ts";
import { isTooLarge } from "../kafka/send_errors.ts";
import type { Clock } from "../lib/clock.ts";
import { messageOf } from "../lib/errors.ts";
import type { Log } from "../lib/log.ts";
import type { Stats } from "./health/stats.ts";
import type { Batch, Outbox, Waiting } from "./outbox/outbox.ts";
import { OutboxReadError } from "./read_outbox.ts";
import {
  limitSource,
  type RecordEstimate,
  sizeAdvice,
  sizeWarning,
} from "./record_size.ts";

/** What {@linkcode createLargeRecords} works with. */
export interface LargeRecordsOptions {
  /** Where records wait. */
  readonly outbox: Pick<
    Outbox,
    "split" | "reject" | "release" | "state" | "depth"
  >;
  /** Asks Kafka how large a record batch a topic takes. Throws nothing. */
  readonly messageLimit: (topic: string) => Promise<MessageLimit>;
  /** The expected records, once they are compared with the limits. */
  readonly estimate: () => RecordEstimate;
  /** The bound of the outbox in bytes. */
  readonly outboxBytes: number;
  /** A broker as `host:port`, for the command that a message shows. */
  readonly broker: string;
  /** Time. */
  readonly clock: Clock;
  /** Gets every split and every dead-lettered record. */
  readonly stats: Pick<Stats, "split" | "deadLettered">;
  /** Gets a line for each of them. */
  readonly log: Log;
}

/** What is known of limits. */
export interface LargeRecords {
  /** Bytes of a batch of several records. */
  batchBytes(): number;
  /**
   * Splits the only record of a batch that is known to be too large.
   *
   * @returns whether it did.
   * @throws {OutboxReadError} when the disk does not allow it.
   */
  splitKnown(batch: Batch): Promise<boolean>;
  /**
   * Splits a record that Kafka refused, or dead-letters it.
   *
   * @throws {OutboxReadError} when the disk does not allow a split.
   */
  refused(waiting: Waiting, error: unknown): Promise<void>;
  /** Warns, the first time, when the configured coins exceed the limit. */
  judge(topic: string): Promise<void>;
}

/** Half of what a topic accepts by default. */
const maxBatchBytes = 500_000;

/** A limit that is exceeded is asked for again after this time. */
const refreshMs = 60_000;

interface Known extends MessageLimit {
  readonly atMs: number;
}

/** Makes them; nothing is known at first. */
export function createLargeRecords(options: LargeRecordsOptions): LargeRecords {
  const { outbox, clock, stats, log, broker } = options;
  const known = new Map<string, Known>();
  const warned = new Set<string>();
  /** What cannot be split is Kafka's to refuse. */
  let whole: string | undefined;
  let isJudged = false;

  async function learn(topic: string, refusedBytes?: number): Promise<Known> {
    const limit = await options.messageLimit(topic);
    const isKept = refusedBytes === undefined || refusedBytes > limit.bytes;
    // A refusal is certain, whatever the settings say.
    const bytes = isKept ? limit.bytes : Math.ceil(refusedBytes / 2);
    const learnt = { ...limit, bytes, atMs: clock.monotonic() };
    known.set(topic, learnt);
    return learnt;
  }

  /** @returns `false` when it cannot be split. */
  async function split(waiting: Waiting, limit: Known): Promise<boolean> {
    // Loaded when it is needed: most producers never do.
    const { splitRecord } = await import("./record_parts.ts");
    const { record } = waiting;
    const parts = splitRecord(record, limit.bytes);
    if (parts === undefined) return false;
    if (!outbox.split(waiting, parts)) {
      const reason = outbox.state().diskError ?? "the disk does not allow it";
      throw new OutboxReadError(`cannot split a record: ${reason}`);
    }
    outbox.release();
    whole = undefined;
    stats.split();
    const { topic } = record;
    const size = batchBytes(record);
    const isNew = !warned.has(topic);
    warned.add(topic);
    const logSplit = isNew ? log.warn : log.info;
    logSplit("record split: it is larger than its topic takes", {
      size,
      limit: limit.bytes,
      topic,
      parts: parts.length,
      sequence: Number(record.headers.sequence),
      ...isNew
        ? {
          limit_is: limitSource(limit),
          next: sizeAdvice({ topic, broker }, size),
        }
        : {},
    });
    return true;
  }

  function deadLetter(waiting: Waiting, error: unknown, limit?: Known): void {
    const { record } = waiting;
    const { topic } = record;
    const size = batchBytes(record);
    const reason = limit === undefined
      ? messageOf(error)
      : `${messageOf(error)} (${size} bytes; topic ${topic} takes ` +
        `${limit.bytes}: ${limitSource(limit)})`;
    outbox.reject(waiting, reason);
    const nowMs = clock.monotonic();
    stats.deadLettered({ records: 1, left: outbox.depth, nowMs, reason });
    log.error("record dead-lettered: Kafka rejects it permanently", {
      sequence: Number(record.headers.sequence),
      ce_id: record.id,
      size,
      limit: limit?.bytes,
      topic,
      reason,
      ...limit === undefined
        ? {}
        : { next: sizeAdvice({ topic, broker }, size) },
    });
  }

  return {
    batchBytes() {
      const limits = [...known.values()].map(({ bytes }) => bytes);
      // A row counts at least as many bytes as its record takes in a batch.
      return Math.max(
        1,
        Math.min(maxBatchBytes, ...limits) - batchOverheadBytes,
      );
    },
    async splitKnown(batch) {
      const [first] = batch;
      const limit = known.get(first?.record.topic ?? "");
      if (first === undefined || limit === undefined) return false;
      const { record } = first;
      if (first.bytes + batchOverheadBytes <= limit.bytes) return false;
      const size = batchBytes(record);
      if (size <= limit.bytes || whole === record.id) return false;
      const isOld = clock.monotonic() - limit.atMs > refreshMs;
      const current = isOld ? await learn(record.topic) : limit;
      if (size > current.bytes && await split(first, current)) return true;
      whole = record.id;
      return false;
    },
    async refused(waiting, error) {
      if (!isTooLarge(error)) return deadLetter(waiting, error);
      const { record } = waiting;
      const limit = await learn(record.topic, batchBytes(record));
      if (!await split(waiting, limit)) deadLetter(waiting, error, limit);
    },
    async judge(topic) {
      if (isJudged) return;
      isJudged = true;
      const limit = known.get(topic) ?? await learn(topic);
      const { outboxBytes } = options;
      const limits = { topic, limit, outboxBytes, broker };
      const warning = sizeWarning(options.estimate(), limits);
      if (warning === undefined || warned.has(topic)) return;
      const { message, next } = warning;
      log.warn("records may be larger than Kafka or the outbox takes", {
        reason: message,
        next,
      });
    },
  };
}
