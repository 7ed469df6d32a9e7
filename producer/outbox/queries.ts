/**
 * Questions about all rows that wait, on disk and in memory.
 *
 * @module
 */

import type { RecordRef } from "./outbox.ts";
import type { Row } from "./row.ts";
import type { Store } from "./database.ts";

/** All rows. */
export interface AllRows {
  /** The disk, unless it is shut. */
  readonly store: Store | undefined;
  /** The rows that are not on it. */
  readonly memory: readonly Row[];
  /** No row up to here waits any more. */
  readonly goneTo: number;
  /** Whether a row of the disk still waits. */
  waits(seq: number): boolean;
}

/** The topics that rows wait for. */
export function topicsOf({ store, memory, goneTo }: AllRows): string[] {
  const onDisk = store?.topics(goneTo) ?? [];
  return [...new Set([...onDisk, ...memory.map(({ topic }) => topic)])];
}

/** The oldest time of a topic's rows, ms since 1970. */
export function oldestMsOf(
  { store, memory, goneTo }: AllRows,
  topic: string,
): number | undefined {
  const times = memory.filter((row) => row.topic === topic)
    .map(({ timestamp_ms }) => timestamp_ms);
  const onDisk = store?.oldestMs(topic, goneTo);
  if (onDisk !== undefined) times.push(onDisk);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Those rows of a topic whose ids are among these. */
export function findIn(
  { store, memory, waits }: AllRows,
  topic: string,
  ids: ReadonlySet<string>,
): RecordRef[] {
  const found: RecordRef[] = [];
  for (const { seq, id, bytes } of store?.ids(topic) ?? []) {
    if (ids.has(id) && waits(seq)) found.push({ seq, bytes });
  }
  for (const { seq, id, bytes, topic: own } of memory) {
    if (own === topic && ids.has(id)) found.push({ seq, bytes });
  }
  return found;
}

/** Whether one more row is wanted beside so many, of so many bytes. */
export type More = (records: number, bytes: number) => boolean;

/**
 * The oldest rows after a place, one by one while `more` says so.
 *
 * @param never The place of a row that is passed over.
 */
export function chooseFrom(
  { store, memory, goneTo, waits }: AllRows,
  after: number,
  never: number,
  more: More,
): RecordRef[] {
  const chosen: RecordRef[] = [];
  let sum = 0;
  const take = ({ seq, bytes }: RecordRef) => {
    if (seq === never) return;
    chosen.push({ seq, bytes });
    sum += bytes;
  };
  for (const row of store?.sizes(Math.max(after, goneTo)) ?? []) {
    if (!more(chosen.length, sum)) return chosen;
    if (waits(row.seq)) take(row);
  }
  for (const row of memory) {
    if (!more(chosen.length, sum)) break;
    if (row.seq > after) take(row);
  }
  return chosen;
}
