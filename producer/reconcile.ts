// Finds out which records of the outbox are in Kafka already. That is needed
// when the producer's identity is lost, by its exit or by the broker's word:
// only with that identity could the broker drop a duplicate by itself.

import type { PartitionOffsets, Tail } from "../kafka/tail_reader.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { readOutbox } from "./read_outbox.ts";

/** The result of {@linkcode reconcile}, in records. */
export interface Reconciled {
  /** Found in the topic and removed from the outbox. */
  readonly deduplicated: number;
  /** Upper bound of those that may be in the topic twice once they are sent. */
  readonly possiblyDuplicated: number;
}

/** Offsets that are read and compared at a time. */
const chunk = 5_000n;

/** No producer ever exits with more than this in flight. */
const maxInDoubt = 200;

/**
 * Reads each partition of each topic that records wait for, from the last
 * known position to the end, and removes from the outbox what is there by
 * `ce_id`.
 *
 * A position is valid while the record before it still has the id that it had:
 * in a recreated or trimmed topic, or another cluster's, it does not. Then, and
 * without a known position, reading begins at the time of the oldest waiting
 * record, since its copy in Kafka has exactly that time.
 *
 * @throws {OutboxReadError} when the outbox cannot be read.
 * @throws when a topic is missing or cannot be read: nothing is certain then,
 * and all has to be repeated.
 */
export async function reconcile(
  tail: Tail,
  outbox: Outbox,
): Promise<Reconciled> {
  let deduplicated = 0;
  let possiblyDuplicated = 0;
  for (const topic of readOutbox(() => outbox.topics())) {
    let isDoubtful = false;
    // Fails for a missing topic. On a broker that has just started it may only
    // seem to be missing: the caller ensures it and repeats all this.
    for (const offsets of await tail.offsets(topic)) {
      const scope = { tail, outbox, topic };
      const reading = await findStart(scope, offsets);
      isDoubtful ||= reading.isDoubtful;
      const unread = { ...offsets, start: reading.from };
      const found = await deduplicate(scope, unread);
      deduplicated += found.deduplicated;
      isDoubtful ||= found.isDoubtful;
    }
    if (isDoubtful) {
      possiblyDuplicated += Math.min(outbox.depth, maxInDoubt);
    }
  }
  return { deduplicated, possiblyDuplicated };
}

/** {@linkcode reconcile} through a tail that is opened for it. */
export async function reconcileThrough(
  openTail: () => Promise<Tail & { close(): Promise<void> }>,
  outbox: Outbox,
): Promise<Reconciled> {
  const tail = await openTail();
  try {
    return await reconcile(tail, outbox);
  } finally {
    await tail.close().catch(() => {});
  }
}

interface Scope {
  readonly tail: Tail;
  readonly outbox: Outbox;
  readonly topic: string;
}

/** `isDoubtful` if records that are gone may have been ours. */
async function findStart(
  { tail, outbox, topic }: Scope,
  { partition, start, end }: PartitionOffsets,
): Promise<{ from: bigint; isDoubtful: boolean }> {
  const known = readOutbox(() => outbox.position(topic, partition));
  if (known !== undefined && known.next > start && known.next <= end) {
    const range = { partition, from: known.next - 1n, to: known.next };
    const { records: [record] } = await tail.read(topic, range);
    if (record?.headers.ce_id === known.lastId) {
      return { from: known.next, isDoubtful: false };
    }
  }
  const oldestMs = readOutbox(() => outbox.oldestMs(topic)) ?? 0;
  // One less, since the index of times is exact only before a time.
  const since = await tail.offsetSince(topic, partition, oldestMs - 1);
  const from = since ?? end;
  const isTrimmed = start > 0n && from === start;
  return { from, isDoubtful: known !== undefined || isTrimmed };
}

async function deduplicate(
  { tail, outbox, topic }: Scope,
  { partition, start, end }: PartitionOffsets,
): Promise<{ deduplicated: number; isDoubtful: boolean }> {
  const oldestMs = readOutbox(() => outbox.oldestMs(topic)) ?? 0;
  // Not by the depth before and after: polls go on meanwhile.
  let deduplicated = 0;
  let isDoubtful = false;
  for (let from = start; from < end; from += chunk) {
    const to = from + chunk < end ? from + chunk : end;
    const { records, unreadable } = await tail.read(topic, {
      partition,
      from,
      to,
    });
    // A batch that is older than all that waits hides none of it.
    isDoubtful ||= unreadable.some(({ maxTimestampMs }) =>
      maxTimestampMs === -1 || maxTimestampMs >= oldestMs
    );
    const ids = new Set(records.map(({ headers }) => headers.ce_id ?? ""));
    const found = readOutbox(() => outbox.find(topic, ids));
    outbox.deduplicate(found);
    deduplicated += found.length;
  }
  return { deduplicated, isDoubtful };
}
