import { statusOf } from "../../producer/health/health_handler.ts";
import type { Stats } from "../../producer/health/stats.ts";
import type { PriceRecord } from "../../producer/outbox/outbox.ts";
import {
  createPoll,
  type PollOptions,
  type PollStats,
} from "../../producer/poll.ts";
import type { Slot, SlotOutcome } from "../../producer/schedule.ts";
import type { PollResult } from "../../producer/sources/source.ts";
import { FakeClock } from "./clock.ts";
import { fakeHealth } from "./health.ts";
import { type Captured, captureLog } from "./log.ts";

export interface FakePoll {
  readonly poll: (slot: Slot) => Promise<SlotOutcome>;
  next(skipped?: number, backedOff?: number): Promise<SlotOutcome>;
  readonly records: PriceRecord[];
  readonly stats: Stats;
  /** The body of `/status` now. */
  status(): Record<string, unknown>;
  readonly clock: FakeClock;
  readonly lines: readonly Captured[];
  messages(level: string): string[];
}

/** A source that gives these results, one for each poll. */
export function scripted(
  results: readonly PollResult[],
): PollOptions["source"] {
  let at = 0;
  return {
    poll() {
      const result = results[at++];
      if (result === undefined) throw new Error(`no result for poll ${at}`);
      return Promise.resolve(result);
    },
  };
}

/** Makes a poll of a source, every 30 s, with an outbox of this capacity. */
export function fakePoll(
  source: PollOptions["source"],
  changes: Partial<PollOptions> & {
    readonly clock?: FakeClock;
    readonly capacity?: number;
    /** Gets the reports in the place of `stats`. */
    readonly observer?: PollStats;
  } = {},
): FakePoll {
  const { options, stats } = fakeHealth();
  const { clock = new FakeClock(), capacity = Infinity, observer } = changes;
  const { log, lines } = captureLog();
  const records: PriceRecord[] = [];
  let number = 0;
  const poll = createPoll({
    source,
    intervalMs: 30_000,
    unchanged: "emit",
    origin: {
      topic: "t",
      sourceSystem: "s",
      address: "http://x",
      instance: "i",
    },
    outbox: { add: (record) => records.push(record) > capacity ? 1 : 0 },
    onRecord: () => {},
    stats: observer ?? stats,
    log,
    uuid: () => `id-${number}`,
    signal: new AbortController().signal,
    ...changes,
    clock,
  });
  return {
    poll,
    next: (skipped = 0, backedOff = 0) =>
      poll({ number: number++, lateMs: 0, skipped, backedOff }),
    records,
    stats,
    status: () =>
      statusOf({
        ...options,
        monotonic: () => clock.monotonic(),
        wall: () => clock.now().epochMilliseconds,
      }),
    clock,
    lines,
    messages: (level) =>
      lines.filter((line) => line.level === level)
        .map(({ message }) => message),
  };
}
