import { batchLimits } from "../../lakehouse/ingest/batcher.ts";
import type { FollowEvent } from "../../lakehouse/ingest/events.ts";
import {
  type FollowOptions,
  followTopic,
} from "../../lakehouse/ingest/follow.ts";
import { FakeClock } from "./clock.ts";
import { FakeLake } from "./lake.ts";
import { FollowedTopic } from "./followed_topic.ts";
import { payloadText } from "./payload_text.ts";

/** Lets everything run that can run without a change from outside. */
export async function turns(count = 400): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

/** An ingestion of a topic in memory into a lake in memory. */
export function following(partitions = 1) {
  const topic = new FollowedTopic(partitions);
  const lake = new FakeLake();
  const events: FollowEvent[] = [];
  const clock = new FakeClock();
  const options = {
    topic: "t",
    openReader: () => topic.open(),
    writer: lake,
    groupId: "g",
    from: "earliest",
    limits: batchLimits,
    clock,
    random: () => 0,
    onEvent: (event) => events.push(event),
  } satisfies Partial<FollowOptions>;
  const given = options as Omit<FollowOptions, "once" | "signal">;

  /** Reads to the end of the topic. */
  async function drain(changes: Partial<FollowOptions> = {}): Promise<void> {
    const { signal } = new AbortController();
    await followTopic({ ...given, once: true, signal, ...changes });
  }

  /** Follows while the work goes on, then stops. */
  async function during(
    work: () => Promise<void> | void,
    changes: Partial<FollowOptions> = {},
  ): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([
      stop.signal,
      ...changes.signal === undefined ? [] : [changes.signal],
    ]);
    const done = followTopic({ ...given, once: false, ...changes, signal });
    done.catch(() => {});
    try {
      await work();
    } finally {
      stop.abort();
      await done;
    }
  }

  /** Waits until the lake has everything that the topic has. */
  async function caughtUp(): Promise<void> {
    for (let i = 0; i < 2_000; i++) {
      const { partitions, epoch } = await lake.position("t");
      const next = new Map(partitions.map((it) => [it.partition, it.next]));
      const stored = new Set(
        lake.rows.filter((row) => row.epoch === epoch)
          .map(payloadText),
      );
      const isThere = topic.log?.every((log, id) => {
        const last = log.findLast((slot) => typeof slot !== "string");
        const text = typeof last === "object" && last.value !== null
          ? new TextDecoder().decode(last.value)
          : undefined;
        const hasLast = text === undefined || stored.has(text) ||
          log.lastIndexOf(last!) < topic.starts[id]!;
        return log.length === 0 ||
          next.get(id) === BigInt(log.length) && hasLast;
      });
      if (isThere) return;
      clock.advance(50);
      await turns(50);
    }
    throw new Error(
      `not caught up: ${JSON.stringify(lake.gapLines())}, ` +
        `${lake.rows.length} rows, ` +
        JSON.stringify(
          events.slice(-5),
          (_, value) =>
            typeof value === "bigint"
              ? String(value)
              : value instanceof Error
              ? value.message
              : value,
        ),
    );
  }

  const kinds = () => events.map(({ kind }) => kind);
  return { topic, lake, events, clock, drain, during, caughtUp, kinds };
}
