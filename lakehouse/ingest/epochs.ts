// Where the ingestion of a topic goes on: at the next offset; after a gap that
// retention left; or from the beginning of a topic that was deleted and created
// again, in a new epoch.

import type { FollowedOffsets, TopicReader } from "../../kafka/topic_reader.ts";
import type { BronzeRow, OffsetGap } from "../lake/bronze_row.ts";
import type { PartitionPosition, TopicPosition } from "../lake/lake_types.ts";
import { isSameRecord, toBronzeRow } from "./to_bronze_row.ts";

/** Where an empty lake begins: the topic's start, or a time, ms since 1970. */
export type StartFrom = "earliest" | { readonly sinceMs: number };

/** The topic as it is now. */
export interface TopicNow
  extends Pick<TopicReader, "recordAt" | "offsetSince" | "isCompacted"> {
  /** The topic's name. */
  readonly topic: string;
  /** Where the partitions begin and end. */
  readonly offsets: readonly FollowedOffsets[];
}

/** Where to go on. */
export interface Resumption {
  /** The epoch of the records to come. */
  readonly epoch: number;
  /** Why a new epoch begins; `undefined` if none does. */
  readonly newEpoch?: string;
  /** The next offset of each partition. */
  readonly next: ReadonlyMap<number, bigint>;
  /** What is passed without a record before these offsets. */
  readonly gaps: readonly OffsetGap[];
}

/**
 * Why the topic is not the one that a record was taken from; `undefined` while
 * the record is there, or compaction may have taken it away.
 *
 * @throws when the record cannot be read.
 */
export async function changeAt(
  now: Pick<TopicReader, "recordAt" | "isCompacted">,
  taken: BronzeRow,
): Promise<string | undefined> {
  const { partition, offset } = taken;
  const record = await now.recordAt(partition, offset);
  const where = `the record at offset ${offset} of partition ${partition}`;
  if (record === undefined) {
    return await now.isCompacted() ? undefined : `${where} is gone`;
  }
  return isSameRecord(toBronzeRow(record, taken), taken)
    ? undefined
    : `${where} is another one`;
}

/** Why the topic is not the one that bronze holds; `undefined` if it is. */
async function changeOf(
  now: TopicNow,
  { partition, next, last }: PartitionPosition,
): Promise<string | undefined> {
  const log = now.offsets.find((offsets) => offsets.partition === partition);
  if (log === undefined) return `partition ${partition} is gone`;
  if (next > log.logEnd) {
    return `partition ${partition} ends at offset ${log.logEnd}: expected ` +
      `${next} or later`;
  }
  // What retention has deleted cannot be compared.
  if (last === undefined || last.offset < log.start) return undefined;
  return await changeAt(now, last);
}

async function beginOf(
  now: TopicNow,
  { partition, start, end }: FollowedOffsets,
  from: StartFrom,
): Promise<bigint> {
  if (from === "earliest") return start;
  const since = await now.offsetSince(partition, from.sinceMs) ?? end;
  return since < start ? start : since > end ? end : since;
}

/**
 * Decides where to go on.
 *
 * A partition without a row in bronze begins at offset 0: it is empty, or the
 * topic has grown.
 *
 * @param position Where bronze ends.
 * @param from Where an empty lake begins.
 */
export async function resume(
  now: TopicNow,
  position: TopicPosition,
  from: StartFrom,
): Promise<Resumption> {
  const { topic, offsets } = now;
  const isEmpty = position.partitions.length === 0;
  let newEpoch: string | undefined;
  for (const known of position.partitions) {
    newEpoch ??= await changeOf(now, known);
  }
  const epoch = position.epoch + (newEpoch === undefined ? 0 : 1);
  const next = new Map<number, bigint>();
  const gaps: OffsetGap[] = [];
  for (const log of offsets) {
    const { partition, start } = log;
    const known = newEpoch === undefined
      ? position.partitions.find((it) => it.partition === partition)?.next
      : undefined;
    const at = known ?? 0n;
    const gap = { topic, epoch, partition };
    if (at < start) {
      gaps.push({ ...gap, from: at, to: start, ...retention });
    }
    const kept = at < start ? start : at;
    const begin = isEmpty ? await beginOf(now, log, from) : kept;
    if (kept < begin) {
      gaps.push({ ...gap, from: kept, to: begin, ...skipped });
    }
    next.set(partition, begin);
  }
  return {
    epoch,
    ...newEpoch === undefined ? {} : { newEpoch },
    next,
    gaps,
  };
}

const retention = { reason: "retention", detail: null } as const;
const skipped = { reason: "skipped", detail: null } as const;
