import { statusOf } from "../../producer/health/health_handler.ts";
import type { PriceRecord } from "../../producer/outbox/outbox.ts";
import {
  createPoll,
  type PollOptions,
  type PollStats,
} from "../../producer/poll.ts";
import type { PollResult } from "../../producer/sources/source.ts";
import { FakeClock } from "./clock.ts";
import { fakeHealth } from "./health.ts";
import { captureLog } from "./log.ts";

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
) {
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
    // The body of `/status` now.
    status: () =>
      statusOf({
        ...options,
        monotonic: () => clock.monotonic(),
        wall: () => clock.now().epochMilliseconds,
      }),
    clock,
    lines,
    messages: (level: string) =>
      lines.filter((line) => line.level === level)
        .map(({ message }) => message),
  };
}
