// The work of one slot: poll the source, put the sample into the outbox.

import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { makeRecord, type Origin } from "./envelope.ts";
import type { Stats } from "./health/stats.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { backoffStride } from "./poll_backoff.ts";
import type { Slot, SlotOutcome } from "./schedule.ts";
import type { PollFailure, Sample, Source } from "./sources/source.ts";

/** What a poll reports. Nothing of it comes back. */
export type PollStats = Pick<
  Stats,
  | "slotsSkipped"
  | "polled"
  | "sampled"
  | "unchangedSkipped"
  | "pollFailed"
  | "dropped"
>;

/** What {@linkcode createPoll} works with. */
export interface PollOptions {
  /** Where samples come from. */
  readonly source: Pick<Source, "poll">;
  /** The time between slots, in milliseconds. */
  readonly intervalMs: number;
  /** Whether an unchanged sample becomes a record. */
  readonly unchanged: "emit" | "skip";
  /** What all records have in common. */
  readonly origin: Origin;
  /** Where records go. */
  readonly outbox: Pick<Outbox, "add">;
  /** Called after a record was added to the outbox. */
  readonly onRecord: () => void;
  /** Gets every result. */
  readonly stats: PollStats;
  /** Gets a line for each poll. */
  readonly log: Log;
  /** Time. */
  readonly clock: Clock;
  /** Makes a UUID. */
  readonly uuid: () => string;
  /** Aborts a request. */
  readonly signal: AbortSignal;
}

/** Whether each coin's `last_updated_at` is the same as in the last sample. */
export function isUnchanged(
  previous: Sample | undefined,
  sample: Sample,
): boolean {
  if (previous === undefined || previous.coins.size !== sample.coins.size) {
    return false;
  }
  return [...sample.coins].every(([id, coin]) => {
    const before = previous.coins.get(id)?.last_updated_at?.rawJSON;
    return before !== undefined && before === coin.last_updated_at?.rawJSON;
  });
}

/** Makes the work of a slot, for `runSchedule()`. */
export function createPoll(
  options: PollOptions,
): (slot: Slot) => Promise<SlotOutcome> {
  const { source, outbox, stats, log, clock } = options;
  let previous: Sample | undefined;
  let sequence = 0;
  let failuresInARow = 0;
  let stride = 1;
  let lastFailure = "";
  let hasWarnedOfSimulator = false;
  let incomplete = "";
  let isFull = false;
  let droppedTotal = 0;

  function failed(slot: Slot, failure: PollFailure): SlotOutcome {
    const { kind, message, status, retryAfterMs } = failure;
    const cooldown = retryAfterMs === undefined
      ? {}
      : { notBeforeMs: clock.monotonic() + retryAfterMs };
    const wasBackedOff = stride > 1;
    stride = backoffStride(++failuresInARow, options.intervalMs);
    stats.pollFailed(failure, {
      failuresInARow,
      stride,
      cooldownUntilMs: cooldown.notBeforeMs,
    });
    // One warning for each outage; the counters have the rest.
    const isNew = lastFailure !== `${kind} ${status}`;
    lastFailure = `${kind} ${status}`;
    const logFailure = isNew ? log.warn : log.info;
    logFailure("poll failed; nothing is published for it", {
      slot: slot.number,
      kind,
      status,
      reason: message,
      retry_after_ms: retryAfterMs,
    });
    if (stride > 1 && !wasBackedOff) {
      log.warn("polling backs off until a poll succeeds", {
        failures: failuresInARow,
        stride,
      });
    }
    return { ...cooldown, stride };
  }

  function logRecovery(): void {
    if (failuresInARow > 0) {
      log.info("polls succeed again", { failures: failuresInARow });
    }
    if (stride > 1) log.info("polling every slot again");
    failuresInARow = 0;
    stride = 1;
    lastFailure = "";
  }

  function reportSkipped({ number, skipped, backedOff }: Slot): void {
    stats.slotsSkipped({ skipped, backedOff });
    if (skipped === 0) return;
    // A cooldown or backoff is intended, and was logged when it began.
    const logSkipped = skipped > backedOff ? log.warn : log.debug;
    logSkipped("slots skipped", {
      slot: number,
      skipped,
      backed_off: backedOff,
    });
  }

  function logMissing(sample: Sample): void {
    const now = [
      ...sample.missing.map((id) => `${id}: not in the response`),
      ...sample.refused.map(({ id, reason }) => `${id}: ${reason}`),
    ].join("; ");
    // A misspelt id is missing in every response: only changes are logged.
    if (now !== incomplete && now !== "") {
      log.warn("incomplete sample", { missing: now });
    } else if (now === "" && incomplete !== "") {
      log.info("samples are complete again");
    }
    incomplete = now;
  }

  function reportDropped(records: number): void {
    if (records > 0) {
      droppedTotal += records;
      stats.dropped(records);
      // One error when it begins, not one for each poll.
      const logDropped = isFull ? log.debug : log.error;
      logDropped("the outbox is full: dropping its oldest records", {
        dropped: droppedTotal,
        next: "bring Kafka back, or raise OUTBOX_MAX_RECORDS and " +
          "OUTBOX_MAX_MEGABYTES",
      });
    }
    isFull = records > 0;
  }

  function logSimulator(sample: Sample): void {
    const { sourceSystem } = options.origin;
    if (!sample.simulated || hasWarnedOfSimulator) return;
    hasWarnedOfSimulator = true;
    if (sourceSystem !== "coingecko_simulator") {
      log.warn("a simulator responds: these are not real prices", {
        source_system: sourceSystem,
        next: "set SOURCE_SYSTEM=coingecko_simulator",
      });
    }
  }

  function emit(slot: Slot, sample: Sample, beganMs: number): void {
    const unchanged = isUnchanged(previous, sample);
    previous = sample;
    const isSkipped = unchanged && options.unchanged === "skip";
    if (!isSkipped) sequence++;
    const facts = {
      slot: slot.number,
      sequence: isSkipped ? undefined : sequence,
      latency_ms: Math.round(clock.monotonic() - beganMs),
      late_ms: Number(slot.lateMs.toFixed(1)),
      coins: sample.coins.size,
      unchanged,
    };
    if (isSkipped) {
      stats.unchangedSkipped(sample, clock.monotonic());
      log.info("polled; unchanged, skipped", facts);
      return;
    }
    const record = makeRecord(sample, options.origin, {
      id: options.uuid(),
      sequence,
      madeAt: clock.now(),
    });
    const dropped = outbox.add(record, sample.coins.size);
    stats.sampled(sample, unchanged, clock.monotonic());
    options.onRecord();
    log.info("polled", facts);
    reportDropped(dropped);
  }

  return async (slot) => {
    reportSkipped(slot);
    const beganMs = clock.monotonic();
    const result = await source.poll(options.signal);
    if (!options.signal.aborted) {
      const durationMs = clock.monotonic() - beganMs;
      stats.polled({ durationMs, lateMs: slot.lateMs });
    }
    if (!result.ok) {
      return options.signal.aborted ? {} : failed(slot, result);
    }
    emit(slot, result, beganMs);
    logRecovery();
    logSimulator(result);
    logMissing(result);
    return {};
  };
}
