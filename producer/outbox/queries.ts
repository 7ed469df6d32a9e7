// Reads the queue: what the database holds, less what the write batch removes,
// followed by what the write batch adds.

import type { OutboxDatabase, RowRef } from "./database.ts";
import type { Limits, RecordRef } from "./outbox.ts";
import type { Row } from "./row.ts";
import { beforeAll, type WriteBatch } from "./write_batch.ts";

/** Rows that are read at a time to drop some, mostly one. */
const dropChunk = 10;

/** How much some rows are. */
export function sizeOf(refs: readonly RecordRef[]): Limits {
  const bytes = refs.reduce((sum, ref) => sum + ref.bytes, 0);
  return { records: refs.length, bytes };
}

/** The queue's two parts. */
export interface QueueParts {
  /** `undefined` while the file is closed. */
  readonly database: OutboxDatabase | undefined;
  /** What is not on disk yet. */
  readonly batch: WriteBatch;
}

/** The oldest rows, at most `limit`, which is at least 1. */
export function oldestRows(
  { database, batch }: QueueParts,
  limit: number,
): Row[] {
  const rows: Row[] = [];
  for (const row of database?.rows(batch.goneTo, limit) ?? []) {
    if (batch.keeps(row.seq)) rows.push(row);
    if (rows.length === limit) break;
  }
  return rows.concat(batch.added.slice(0, limit - rows.length));
}

/** The first rows that fit into one batch: of one topic, key, and size. */
export function leadingBatch(rows: readonly Row[], maxBytes: number): Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += row.bytes;
    const isOther = row.topic !== rows[0]?.topic || row.key !== rows[0]?.key;
    return isOther || (index > 0 && bytes > maxBytes);
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

/** All rows after a `seq`, oldest first; `chunk` of them are read at a time. */
function* rowRefs(
  { database, batch }: QueueParts,
  after = beforeAll,
  chunk?: number,
): Generator<RowRef> {
  const from = Math.max(after, batch.goneTo);
  for (const ref of database?.refs(from, chunk) ?? []) {
    if (batch.keeps(ref.seq)) yield ref;
  }
  for (const row of batch.added) if (row.seq > after) yield row;
}

/** The topics, with the oldest timestamp of each in ms since 1970. */
export function topicAges(
  { database, batch }: QueueParts,
): ReadonlyMap<string, number> {
  const ages = database?.topics(batch.goneTo) ?? new Map<string, number>();
  for (const { topic, timestamp_ms } of batch.added) {
    ages.set(topic, Math.min(timestamp_ms, ages.get(topic) ?? Infinity));
  }
  return ages;
}

/** The rows of a topic with one of these ids. */
export function findRows(
  parts: QueueParts,
  topic: string,
  ids: ReadonlySet<string>,
): RecordRef[] {
  const found: RecordRef[] = [];
  for (const ref of rowRefs(parts)) {
    if (ref.topic === topic && ids.has(ref.id)) found.push(ref);
  }
  return found;
}

/** The oldest rows that make up an excess, of those between two `seq`. */
export function excessRows(
  parts: QueueParts,
  excess: Limits,
  between: { readonly after: number; readonly before: number },
): RecordRef[] {
  const chosen: RecordRef[] = [];
  let { bytes } = excess;
  for (const ref of rowRefs(parts, between.after, dropChunk)) {
    const isEnough = chosen.length >= excess.records && bytes <= 0;
    if (isEnough || ref.seq >= between.before) break;
    chosen.push(ref);
    bytes -= ref.bytes;
  }
  return chosen;
}
