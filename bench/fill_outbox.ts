// A backlog for a producer to drain, and how fast a topic grows. Growth is
// measured by the topic's end offset, in the same way for every client.

import { outboxFileName } from "../producer/outbox/open_outbox.ts";
import { rowOf } from "../producer/outbox/row.ts";
import { OutboxDatabase } from "../producer/outbox/database.ts";
import { WriteBatch } from "../producer/outbox/write_batch.ts";
import type { Child } from "./child.ts";
import { recordOf } from "./records.ts";
import { delay } from "../lib/clock.ts";
import type { Rig } from "./rig.ts";

const chunk = 1_000;
const pollMs = 10;
const timeoutMs = 300_000;

/** Fills a state folder's outbox, as a long outage would. */
export function fillOutbox(
  stateDir: string,
  topic: string,
  records: number,
): void {
  using database = new OutboxDatabase(`${stateDir}/${outboxFileName}`);
  for (let from = 1; from <= records; from += chunk) {
    const batch = new WriteBatch();
    const end = Math.min(from + chunk, records + 1);
    for (let seq = from; seq < end; seq++) {
      batch.add(rowOf(seq, recordOf(topic, seq)));
    }
    database.apply(batch);
  }
}

/** Settings that allow such a backlog. */
export const roomy: Readonly<Record<string, string>> = {
  OUTBOX_MAX_RECORDS: "10000000",
  OUTBOX_MAX_MEGABYTES: "100000",
};

/**
 * Waits until a topic holds `records` records.
 *
 * The failure of the process that sends them, `child`, ends the wait.
 *
 * @returns records per second, counted from the first that was seen.
 */
export async function growth(
  rig: Rig,
  { topic, records, child }: {
    readonly topic: string;
    readonly records: number;
    readonly child?: Child;
  },
): Promise<number> {
  const failure = child?.failure ?? new Promise<never>(() => {});
  let first: { at: number; count: number } | undefined;
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const count = await rig.count(topic);
    const at = performance.now();
    if (count > 0) first ??= { at, count };
    if (first !== undefined && count >= records) {
      return (count - first.count) / (at - first.at) * 1000;
    }
    await Promise.race([delay(pollMs), failure]);
  }
  throw new Error(
    `${topic} did not reach ${records} records in ${timeoutMs / 1000} s`,
  );
}
