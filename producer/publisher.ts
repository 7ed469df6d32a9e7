// Outbox to Kafka: in order, one send in flight, until it is acknowledged.

import { AccessError } from "../kafka/access_error.ts";
import { AddressError } from "../kafka/address_error.ts";
import { backoffMs } from "../kafka/backoff.ts";
import { isTooLarge, sendErrorKind } from "../kafka/send_errors.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import type { Batch } from "./outbox/outbox.ts";
import { createOutageLog } from "./outage_log.ts";
import type { Publisher, PublisherOptions } from "./publisher_options.ts";
import { publishedFields } from "./published_fields.ts";
import { OutboxReadError, readOutbox } from "./read_outbox.ts";
import { reconcileThrough } from "./reconcile.ts";

const maxBatchRecords = 100;

/** Longer only for a client that is refused, which takes a person to change. */
const maxRestMs = 5_000;

/** Makes a publisher; {@linkcode Publisher.run} starts it. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { outbox, large, sender, clock, stats, log, random } = options;
  let woken = Promise.withResolvers<void>();
  /** Failed attempts in a row. */
  let sendFailures = 0;
  /** Those since a broker answered again. */
  let rests = 0;
  let readFailures = 0;
  let hasAcknowledged = false;
  const outage = createOutageLog(log, () => outbox.depth);
  let isEnsured = false;
  let mustReconcile = false;
  let batch: Batch | undefined;
  /** Whether Kafka may have the batch already. */
  let isInDoubt = false;
  let batchLimit = maxBatchRecords;

  /** The next batch; `undefined` when nothing waits. */
  function nextBatch(): Batch | undefined {
    const limits = { records: batchLimit, bytes: large.batchBytes() };
    const taken = readOutbox(() => outbox.take(limits));
    // Rows that cannot be parsed are dead-lettered, which may leave nothing.
    if (taken === undefined && outbox.depth > 0) {
      const reason = outbox.state().diskError ??
        "the file holds fewer records than it should";
      throw new OutboxReadError(reason);
    }
    readable();
    return taken;
  }

  function readable(): void {
    if (readFailures > 0) {
      log.info("the outbox can be read again", { failures: readFailures });
    }
    readFailures = 0;
    stats.outboxRead();
  }

  /** @returns the topic of what was published, if anything was. */
  async function publish(): Promise<string | undefined> {
    if (batch === undefined) {
      const next = nextBatch();
      if (next === undefined || await large.splitKnown(next)) return undefined;
      batch = next;
    }
    const beganMs = clock.monotonic();
    const [at] = await Promise.all([
      sender.send(batch),
      // What was acknowledged before is written off meanwhile.
      options.yieldToEventLoop().then(() => outbox.settle()),
    ]);
    const sent = batch;
    batch = undefined;
    isInDoubt = false;
    batchLimit = Math.min(maxBatchRecords, 2 * batchLimit);
    outbox.acknowledge(sent, at);
    if (outbox.depth === 0) outbox.settle();
    const nowMs = clock.monotonic();
    const durationMs = nowMs - beganMs;
    hasAcknowledged = true;
    const { length: records } = sent;
    stats.acknowledged({ records, left: outbox.depth, nowMs, durationMs });
    if (sendFailures > 0) {
      log.info("Kafka acknowledges again", { failures: sendFailures });
    }
    sendFailures = 0;
    rests = 0;
    outage.end();
    const latency_ms = Math.round(durationMs);
    const fields = publishedFields(sent, at);
    log.info("published", { ...fields, latency_ms, waiting: outbox.depth });
    return sent[0]?.record.topic;
  }

  async function reconcileWithTopic(): Promise<void> {
    const waited = outbox.depth;
    const { deduplicated, possiblyDuplicated } = await reconcileThrough(
      options.openTail,
      outbox,
    );
    mustReconcile = false;
    readable();
    stats.deduplicated({
      records: deduplicated,
      possiblyDuplicated,
      left: outbox.depth,
      nowMs: clock.monotonic(),
    });
    log.info("compared the outbox with the topic", {
      waited,
      deduplicated,
      possibly_duplicated: possiblyDuplicated,
    });
  }

  /** Halves a rejected batch; splits or dead-letters a rejected record. */
  async function rejected(error: unknown, rejected: Batch): Promise<void> {
    batch = undefined;
    const [first] = rejected;
    try {
      if (isInDoubt) {
        // It may be in the topic from before, when the topic still took it.
        isInDoubt = false;
        mustReconcile = true;
      } else if (rejected.length > 1 || first === undefined) {
        batchLimit = Math.ceil(rejected.length / 2);
      } else if (!isEnsured && isTooLarge(error)) {
        // Its settings may only need to be corrected.
        await checkTopic(first.record.topic);
      } else {
        await large.refused(first, error);
      }
    } finally {
      outbox.release();
    }
  }

  async function recover(error: unknown): Promise<void> {
    const kind = sendErrorKind(error);
    if (kind === "topic") {
      isEnsured = true;
      for (const topic of readOutbox(() => outbox.topics())) {
        await options.ensureTopic(topic, true);
      }
    } else if (kind === "identity") {
      batch = undefined;
      isInDoubt = false;
      outbox.release();
      mustReconcile = true;
      await sender.renew();
    } else {
      // The sockets may be dead without notice. The producer object stays the
      // same, so that the broker can drop a batch that it already has.
      await sender.disconnect();
    }
  }

  async function checkTopic(topic: string): Promise<void> {
    isEnsured = true;
    await options.ensureTopic(topic, false).catch((error) => {
      if (error instanceof UsageError) throw error;
      log.warn("cannot check the topic's settings", {
        reason: messageOf(error),
      });
    });
  }

  /** Kafka has no part in it: the connections stay as they are. */
  async function readFailed(error: OutboxReadError, signal: AbortSignal) {
    outage.warn("cannot read the outbox; its records wait", error);
    stats.outboxRead(error.message);
    await clock.sleep(backoffMs(readFailures++, random()), signal);
  }

  function logSendFailure(error: unknown): void {
    outage.warn("Kafka does not accept records; they wait", error);
    stats.sendFailed(messageOf(error), error instanceof AccessError);
  }

  async function sendFailed(error: unknown, signal: AbortSignal) {
    logSendFailure(error);
    isInDoubt = batch !== undefined;
    await recover(error).catch((failure) => {
      outage.warn("cannot recover from the failed send", failure);
    });
    sendFailures++;
    const refused = error instanceof AccessError || error instanceof UsageError;
    if (refused) {
      await clock.sleep(backoffMs(rests++, random()), signal);
    } else {
      const ms = backoffMs(rests++, random(), maxRestMs);
      if (await options.rest(ms, signal)) rests = 0;
    }
  }

  async function failed(error: unknown, signal: AbortSignal): Promise<void> {
    if (error instanceof UsageError && !hasAcknowledged) throw error;
    if (error instanceof OutboxReadError) return readFailed(error, signal);
    if (batch === undefined || sendErrorKind(error) !== "batch") {
      return await sendFailed(error, signal);
    }
    await rejected(error, batch).catch((failure) => failed(failure, signal));
  }

  async function attempt(signal: AbortSignal): Promise<void> {
    try {
      await sender.connect();
      // An earlier process may have sent what still waits.
      mustReconcile ||= outbox.takeInherited();
      if (mustReconcile) await reconcileWithTopic();
      if (outbox.depth === 0) return;
      const topic = await publish();
      if (topic === undefined) return;
      // After the first record, which need not wait for this.
      if (!isEnsured) await checkTopic(topic);
      await large.judge(topic);
    } catch (error) {
      await failed(error, signal);
    }
  }

  /** Whether to go on after the signal. */
  function isWorthIt(isLast: boolean): boolean {
    if (outbox.depth === 0) return false;
    const isHealthy = sendFailures + readFailures === 0;
    return isHealthy || !isLast && outbox.state().inMemory > 0;
  }

  return {
    wake: () => woken.resolve(),
    async run(signal) {
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      // Connecting during the first poll saves a round trip or two.
      await sender.connect().catch((error) => {
        if (error instanceof UsageError) throw error;
        if (error instanceof AddressError) return logSendFailure(error);
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
