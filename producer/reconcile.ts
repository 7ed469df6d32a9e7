/**
 * Finds out which records of the outbox are in Kafka already. That is needed
 * where the producer's identity is lost, by its end or by the broker's word:
 * only with it could the broker drop a double by itself.
 *
 * @module
 */

import type { PartitionOffsets, Tail } from "../kafka/tail_reader.ts";
import type { Outbox } from "./outbox/outbox.ts";

/** What was found. */
export interface Reconciled {
  /** Records that were in the topic and are struck out of the outbox. */
  readonly deduplicated: number;
  /** Records that may be there a second time once they are sent, at most. */
  readonly possiblyDuplicated: number;
}

/** Offsets that are read and compared at a time. */
const chunk = 5_000n;

/** More than this was never on its way when a producer ended. */
const mostInDoubt = 200;

interface Reading {
  readonly from: bigint;
  /** Whether records that are gone may have been ours. */
  readonly isDoubtful: boolean;
}

/**
 * Reads each partition of each topic that records wait for, from the last
 * known position to the end, and strikes out what is there by `ce_id`.
 *
 * A position counts while the record before it still has the id that it had:
 * a topic that was made anew, trimmed, or is another cluster's does not pass.
 * Then, and where no position is known, the reading begins at the time of the
 * oldest record that waits, since its copy in Kafka has that very time.
 *
 * @throws when a topic is missing, or either side cannot be read: nothing is
 * certain then, and it has to be done again.
 */
export async function reconcile(
  tail: Tail,
  outbox: Outbox,
): Promise<Reconciled> {
  let deduplicated = 0;
  let possiblyDuplicated = 0;
  for (const topic of outbox.topics()) {
    let isDoubtful = false;
    // A topic that is missing fails here. It may only seem to be, on a broker
    // that has just started: it is made sure of, and asked again.
    for (const offsets of await tail.offsets(topic)) {
      const reading = await beginOf(tail, outbox, topic, offsets);
      isDoubtful ||= reading.isDoubtful;
      const { from } = reading;
      deduplicated += await deduplicate(tail, outbox, topic, offsets, from);
    }
    if (isDoubtful) {
      possiblyDuplicated += Math.min(outbox.depth, mostInDoubt);
    }
  }
  return { deduplicated, possiblyDuplicated };
}

async function beginOf(
  tail: Tail,
  outbox: Outbox,
  topic: string,
  { partition, start, end }: PartitionOffsets,
): Promise<Reading> {
  const known = outbox.position(topic, partition);
  if (known !== undefined && known.next > start && known.next <= end) {
    const range = { partition, from: known.next - 1n, to: known.next };
    const [record] = await tail.read(topic, range);
    if (record?.headers.ce_id === known.lastId) {
      return { from: known.next, isDoubtful: false };
    }
  }
  const oldestMs = outbox.oldestMs(topic) ?? 0;
  // One less, since the index of times is exact only before a time.
  const since = await tail.offsetSince(topic, partition, oldestMs - 1);
  const from = since ?? end;
  const isTrimmed = start > 0n && from === start;
  return { from, isDoubtful: known !== undefined || isTrimmed };
}

async function deduplicate(
  tail: Tail,
  outbox: Outbox,
  topic: string,
  { partition, end }: PartitionOffsets,
  begin: bigint,
): Promise<number> {
  // Not by the depth before and after: polls go on meanwhile.
  let deduplicated = 0;
  for (let from = begin; from < end; from += chunk) {
    const to = from + chunk < end ? from + chunk : end;
    const records = await tail.read(topic, { partition, from, to });
    const ids = new Set(records.map(({ headers }) => headers.ce_id ?? ""));
    const found = outbox.find(topic, ids);
    outbox.deduplicate(found);
    deduplicated += found.length;
  }
  return deduplicated;
}
