/**
 * One slot's work: ask the source, judge what came, put the record in the
 * outbox.
 *
 * @module
 */

import { slowedTo } from "./poll_backoff.ts";
import type { Clock } from "../lib/clock.ts";
import { makeRecord, type Origin } from "./envelope.ts";
import type { Log } from "../lib/log.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Slot, SlotOutcome } from "./schedule.ts";
import type { PollFailure, Sample, Source } from "./sources/source.ts";
import type { Stats } from "./health/stats.ts";

/** What a poll works with. */
export interface PollOptions {
  /** Where samples come from. */
  readonly source: Pick<Source, "poll">;
  /** From slot to slot, in milliseconds. */
  readonly intervalMs: number;
  /** Whether a sample that brings nothing new becomes a record. */
  readonly unchanged: "emit" | "skip";
  /** What is the same for all records. */
  readonly origin: Origin;
  /** Where records go. */
  readonly outbox: Pick<Outbox, "add">;
  /** Called when the outbox has something new. */
  readonly onRecord: () => void;
  /** Told of what came. */
  readonly stats: Stats;
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
  const { source, outbox, stats, log, clock } = options;
  let previous: Sample | undefined;
  let sequence = 0;
  let warnedOfSimulator = false;
  let incomplete = "";
  let wasFull = false;
  let trouble = "";

  function failed(slot: Slot, failure: PollFailure): SlotOutcome {
    const { kind, message, status, retryAfterMs } = failure;
    const rest = retryAfterMs === undefined
      ? {}
      : { notBeforeMs: clock.monotonic() + retryAfterMs };
    const slowedBefore = stats.pollEvery > 1;
    const every = slowedTo(stats.failuresInARow + 1, options.intervalMs);
    stats.pollFailed(failure, rest.notBeforeMs, every);
    // An outage is a warning once; what it costs is in the counters.
    const speak = trouble === `${kind} ${status}` ? log.info : log.warn;
    trouble = `${kind} ${status}`;
    speak("poll failed; nothing is published for it", {
      slot: slot.number,
      kind,
      status,
      reason: message,
      rest_ms: retryAfterMs,
    });
    if (every > 1 && !slowedBefore) {
      log.warn("polls are slowed until one succeeds", {
        failures: stats.failuresInARow,
        one_slot_in: every,
      });
    }
    return { ...rest, every };
  }

  function sayAllIsWell(failures: number, wasSlowed: boolean): void {
    if (failures > 0) log.info("polls succeed again", { failures });
    if (wasSlowed) log.info("each slot is polled again");
    trouble = "";
  }

  function saySkipped({ number, skipped, rested }: Slot): void {
    stats.counters.skipped += skipped;
    stats.counters.rested += rested;
    if (skipped === 0) return;
    // A rest is on purpose, and was said when it began.
    const speak = skipped > rested ? log.warn : log.debug;
    speak("slots skipped", { slot: number, skipped, rested });
  }

  function sayWhatIsMissing(sample: Sample): void {
    const now = [
      ...sample.missing.map((id) => `${id}: not in the response`),
      ...sample.refused.map(({ id, reason }) => `${id}: ${reason}`),
    ].join("; ");
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
    stats.counters.dropped += records;
    // One line when it begins, not one a poll; the counter goes on.
    const speak = wasFull ? log.debug : log.error;
    speak("the outbox is full: the oldest records go", {
      dropped: stats.counters.dropped,
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

  function emit(slot: Slot, sample: Sample, begun: number): void {
    const unchanged = isUnchanged(previous, sample);
    previous = sample;
    const leftOut = unchanged && options.unchanged === "skip";
    if (!leftOut) sequence++;
    const facts = {
      slot: slot.number,
      sequence: leftOut ? undefined : sequence,
      latency_ms: Math.round(clock.monotonic() - begun),
      late_ms: Number(slot.lateMs.toFixed(1)),
      coins: sample.coins.size,
      unchanged,
    };
    if (leftOut) {
      stats.leftOut(sample, clock.monotonic());
      log.info("polled; nothing new, left out", facts);
      return;
    }
    const record = makeRecord(sample, options.origin, {
      id: options.uuid(),
      sequence,
      madeAt: clock.now(),
    });
    const dropped = outbox.add(record);
    stats.sampled(sample, unchanged, clock.monotonic());
    options.onRecord();
    log.info("polled", facts);
    sayWhatWent(dropped);
  }

  return async (slot) => {
    saySkipped(slot);
    const begun = clock.monotonic();
    const result = await source.poll(options.signal);
    if (!options.signal.aborted) {
      stats.polled(clock.monotonic() - begun, slot.lateMs);
    }
    if (!result.ok) {
      return options.signal.aborted ? {} : failed(slot, result);
    }
    const { failuresInARow, pollEvery } = stats;
    emit(slot, result, begun);
    sayAllIsWell(failuresInARow, pollEvery > 1);
    sayWhoAnswers(result);
    sayWhatIsMissing(result);
    return {};
  };
}
