/**
 * One slot's work: ask the source, judge what came, put the record in the
 * outbox.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { makeRecord, type Origin } from "./envelope.ts";
import type { Log } from "./log.ts";
import type { Outbox } from "./outbox.ts";
import type { Slot, SlotOutcome } from "./schedule.ts";
import type { PollFailure, Sample, Source } from "./source.ts";
import type { Watch } from "./watch.ts";

/** What a poll works with. */
export interface PollOptions {
  /** Where samples come from. */
  readonly source: Source;
  /** What is the same for all records. */
  readonly origin: Origin;
  /** Where records go. */
  readonly outbox: Outbox;
  /** Called when the outbox has something new. */
  readonly onRecord: () => void;
  /** Told of what came. */
  readonly watch: Watch;
  /** Gets a line a poll. */
  readonly log: Log;
  /** Time. */
  readonly clock: Clock;
  /** Makes a UUID. */
  readonly uuid: () => string;
  /** Calls a request off. */
  readonly signal: AbortSignal;
}

/** Whether every coin's `last_updated_at` is the previous sample's. */
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
  const { source, outbox, watch, log, clock } = options;
  let previous: Sample | undefined;
  let sequence = 0;
  let warnedOfSimulator = false;
  let incomplete = "";
  let wasFull = false;

  function failed(slot: Slot, failure: PollFailure): SlotOutcome {
    const { kind, message, status, retryAfterMs } = failure;
    const notBeforeMs = retryAfterMs === undefined
      ? undefined
      : clock.monotonic() + retryAfterMs;
    watch.pollFailed(failure, notBeforeMs);
    log.warn("poll failed; nothing is published for it", {
      slot: slot.number,
      kind,
      status,
      reason: message,
      rest_ms: retryAfterMs,
    });
    return notBeforeMs === undefined ? {} : { notBeforeMs };
  }

  function sayWhatIsMissing(sample: Sample): void {
    const now = [...sample.absent.map((id) => `${id}: not in the answer`)]
      .concat(sample.refused).join("; ");
    // A misspelt id is missing in each answer: it is said when it changes.
    if (now !== incomplete && now !== "") {
      log.warn("the sample is incomplete", { missing: now });
    } else if (now === "" && incomplete !== "") {
      log.info("the samples are complete again");
    }
    incomplete = now;
  }

  function sayWhatWent(records: number): void {
    if (records === 0) {
      wasFull = false;
      return;
    }
    watch.counters.dropped += records;
    // One line when it begins, not one a poll; the counter goes on.
    const speak = wasFull ? log.debug : log.error;
    speak("the outbox is full: the oldest records go", {
      dropped: watch.counters.dropped,
      next: "bring Kafka back, or raise OUTBOX_MAX_RECORDS and " +
        "OUTBOX_MAX_MEGABYTES",
    });
    wasFull = true;
  }

  function sayWhoAnswers(sample: Sample): void {
    const { sourceSystem } = options.origin;
    if (!sample.simulated || warnedOfSimulator) return;
    warnedOfSimulator = true;
    if (sourceSystem !== "coingecko_simulator") {
      log.warn("a simulator answers: these are no real prices", {
        source_system: sourceSystem,
        next: "set SOURCE_SYSTEM=coingecko_simulator",
      });
    }
  }

  return async (slot) => {
    watch.counters.skipped += slot.skipped;
    if (slot.skipped > 0) {
      log.warn("slots skipped", { slot: slot.number, skipped: slot.skipped });
    }
    const begun = clock.monotonic();
    const result = await source.poll(options.signal);
    if (!options.signal.aborted) {
      watch.polled(clock.monotonic() - begun, slot.lateMs);
    }
    if (!result.ok) {
      return options.signal.aborted ? {} : failed(slot, result);
    }
    const record = makeRecord(result, options.origin, {
      id: options.uuid(),
      sequence: ++sequence,
      madeAt: clock.now(),
    });
    const unchanged = isUnchanged(previous, result);
    previous = result;
    const dropped = outbox.add(record);
    watch.sampled(result, unchanged, clock.monotonic());
    options.onRecord();
    log.info("polled", {
      slot: slot.number,
      sequence,
      latency_ms: Math.round(clock.monotonic() - begun),
      late_ms: Number(slot.lateMs.toFixed(1)),
      coins: result.coins.size,
      unchanged,
    });
    sayWhoAnswers(result);
    sayWhatIsMissing(result);
    sayWhatWent(dropped);
    return {};
  };
}
