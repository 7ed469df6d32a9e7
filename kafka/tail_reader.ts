// Reads the end of a topic by ListOffsets and Fetch, without a consumer group:
// the first group on a fresh broker costs one to three seconds.

import type { Codec } from "./records/codec.ts";
import {
  type FetchingBroker,
  type FetchProtocol,
  rawFetch,
} from "./records/raw_fetch.ts";
import type { DecodedRecord } from "./records/record.ts";
import { decodeRecordSet, type Decompress } from "./records/record_set.ts";

/** A record read from a partition. */
export interface StoredRecord {
  /** The partition's number. */
  readonly partition: number;
  /** Its offset in the partition. */
  readonly offset: bigint;
  /** The record's timestamp, ms since 1970. */
  readonly timestampMs: number;
  /** Null for a record without a key. */
  readonly key: Uint8Array | null;
  /** Null for a tombstone. */
  readonly value: Uint8Array | null;
  /** As UTF-8 text; the last one of a repeated name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a partition's log begins and ends. */
export interface PartitionOffsets {
  /** The partition's number. */
  readonly partition: number;
  /** The first available offset. */
  readonly start: bigint;
  /** The next record's offset. */
  readonly end: bigint;
}

/** A batch whose records could not be read; reading goes on after it. */
export interface UnreadableBatch {
  /** The partition's number. */
  readonly partition: number;
  /** Its first offset. */
  readonly offset: bigint;
  /** How it is compressed. */
  readonly codec: Codec;
  /** The newest time of its records, ms since 1970; -1 if it has none. */
  readonly maxTimestampMs: number;
  /** Why it could not be read. */
  readonly reason: string;
}

/** What was read of a partition. */
export interface TailRead {
  /** The records, in the order of their offsets. */
  readonly records: readonly StoredRecord[];
  /** What was stepped over. */
  readonly unreadable: readonly UnreadableBatch[];
}

/** Reads the ends of topics. */
export interface Tail {
  /**
   * The current offsets of each partition.
   *
   * @throws when the topic does not exist.
   */
  offsets(topic: string): Promise<PartitionOffsets[]>;
  /**
   * The offset of a partition's first record whose timestamp is not before
   * `sinceMs` (ms since 1970); `undefined` if there is none.
   */
  offsetSince(
    topic: string,
    partition: number,
    sinceMs: number,
  ): Promise<bigint | undefined>;
  /**
   * The records of a partition from offset `from` up to, not including, `to`.
   *
   * @param range Both between the partition's start and end.
   * @throws when the partition returns fewer.
   */
  read(
    topic: string,
    range: { partition: number; from: bigint; to: bigint },
  ): Promise<TailRead>;
}

/** The used part of kafkajs's cluster. */
export interface ClusterPort {
  /** Fetches a topic's metadata; fails for a missing topic. */
  addTargetTopic(topic: string): Promise<void>;
  /** The partitions of a topic that was added. */
  findTopicPartitionMetadata(topic: string): { partitionId: number }[];
  /** Partitions by the id of their leader. */
  findLeaderForPartitions(
    topic: string,
    partitions: number[],
  ): Record<number, number[]>;
  /** ListOffsets, sent to each leader. */
  fetchTopicsOffset(
    topics: {
      topic: string;
      partitions: { partition: number }[];
      fromBeginning?: boolean;
      fromTimestamp?: number;
    }[],
  ): Promise<{ partitions: { partition: number; offset: string }[] }[]>;
  /** A connected broker. */
  findBroker(options: { nodeId: string }): Promise<unknown>;
}

const fetchBytes = 1024 * 1024;

/** Fetches in a row, of half a second each, that may return nothing. */
const maxEmptyFetches = 4;

const decoder = new TextDecoder();

function stored(
  partition: number,
  { offset, timestampMs, key, value, headers }: DecodedRecord,
): StoredRecord {
  return {
    partition,
    offset,
    timestampMs,
    key,
    value,
    headers: Object.fromEntries(
      headers.map(([name, bytes]) => [
        name,
        bytes === null ? "" : decoder.decode(bytes),
      ]),
    ),
  };
}

/** What record sets are fetched and decoded with. */
export interface TailPorts {
  /** kafkajs's part of a Fetch. */
  readonly protocol: FetchProtocol;
  /** Decompresses a batch. */
  readonly decompress: Decompress;
}

/** Makes the reader on top of a cluster. */
export function createTail(
  cluster: ClusterPort,
  { protocol, decompress }: TailPorts,
): Tail {
  async function list(
    topic: string,
    ids: number[],
    where: { fromBeginning: boolean } | { fromTimestamp: number },
  ) {
    const partitions = ids.map((partition) => ({ partition }));
    const [answer] = await cluster.fetchTopicsOffset([
      { topic, partitions, ...where },
    ]);
    return new Map(
      answer?.partitions.map((p) => [p.partition, BigInt(p.offset)]),
    );
  }

  return {
    async offsets(topic) {
      await cluster.addTargetTopic(topic);
      const ids = cluster.findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => partitionId).sort((a, b) => a - b);
      const [starts, ends] = await Promise.all([
        list(topic, ids, { fromBeginning: true }),
        list(topic, ids, { fromBeginning: false }),
      ]);
      return ids.map((partition) => ({
        partition,
        start: starts.get(partition) ?? 0n,
        end: ends.get(partition) ?? 0n,
      }));
    },

    async offsetSince(topic, partition, sinceMs) {
      await cluster.addTargetTopic(topic);
      const where = { fromTimestamp: Math.max(0, sinceMs) };
      const offset = (await list(topic, [partition], where)).get(partition);
      return offset === undefined || offset < 0n ? undefined : offset;
    },

    async read(topic, { partition, from, to }) {
      await cluster.addTargetTopic(topic);
      const leaders = cluster.findLeaderForPartitions(topic, [partition]);
      const nodeId = Object.keys(leaders)[0];
      if (nodeId === undefined) {
        throw new Error(`partition ${partition} of ${topic} has no leader`);
      }
      const found = await cluster.findBroker({ nodeId }) as FetchingBroker;
      const broker = rawFetch(found, protocol);
      const records: StoredRecord[] = [];
      const unreadable: UnreadableBatch[] = [];
      let empty = 0;
      for (let next = from; next < to;) {
        const { responses } = await broker.fetch({
          isolationLevel: 0,
          maxWaitTime: 500,
          minBytes: 1,
          maxBytes: fetchBytes,
          topics: [{
            topic,
            partitions: [{
              partition,
              fetchOffset: String(next),
              maxBytes: fetchBytes,
            }],
          }],
        });
        const set = responses[0]?.partitions[0]?.recordSet;
        const begin = next;
        for await (
          const run of decodeRecordSet(set ?? new Uint8Array(), decompress)
        ) {
          // Batches come complete, with records before the requested offset.
          if (run.next <= begin || run.from >= to) continue;
          const { from: offset, codec, maxTimestampMs } = run;
          if (run.unreadable !== undefined) {
            const reason = run.unreadable;
            const batch = { partition, offset, codec, maxTimestampMs, reason };
            unreadable.push(batch);
          }
          for (const record of run.records) {
            if (record.offset < begin || record.offset >= to) continue;
            records.push(stored(partition, record));
          }
          next = run.next;
        }
        if (next > begin) {
          empty = 0;
        } else if (++empty === maxEmptyFetches) {
          // Anything missed here would look like "not in the topic".
          throw new Error(
            `partition ${partition} of ${topic} returns nothing from offset ` +
              `${next} on: expected records up to ${to}`,
          );
        }
      }
      return { records, unreadable };
    },
  };
}
