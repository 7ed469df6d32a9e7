/**
 * Reads the end of a topic by ListOffsets and Fetch, without a consumer group:
 * the first group on a fresh broker costs one to three seconds.
 *
 * @module
 */

/** A record as it lies in a partition. */
export interface StoredRecord {
  /** The partition. */
  readonly partition: number;
  /** The offset in it. */
  readonly offset: bigint;
  /** The record's time, ms since 1970. */
  readonly timestampMs: number;
  /** The key, or null. */
  readonly key: Uint8Array | null;
  /** The value, or null for a tombstone. */
  readonly value: Uint8Array | null;
  /** The headers as text; of two with one name the last. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a partition's log begins and ends. */
export interface PartitionOffsets {
  /** The partition. */
  readonly partition: number;
  /** The first offset that is still there. */
  readonly start: bigint;
  /** The offset that the next record will get. */
  readonly end: bigint;
}

/** Reads ends of topics. */
export interface Tail {
  /**
   * Where each partition begins and ends now.
   *
   * @throws when the topic does not exist.
   */
  offsets(topic: string): Promise<PartitionOffsets[]>;
  /**
   * The offset of the first record of a partition whose time is not before
   * `sinceMs` (ms since 1970); `undefined` when there is none.
   */
  offsetSince(
    topic: string,
    partition: number,
    sinceMs: number,
  ): Promise<bigint | undefined>;
  /**
   * The records of one partition from `from` up to `to`, without `to`.
   *
   * @param range Both are offsets between the partition's start and end.
   * @throws when the partition gives less.
   */
  read(
    topic: string,
    range: { partition: number; from: bigint; to: bigint },
  ): Promise<StoredRecord[]>;
}

interface FetchedMessage {
  offset: string;
  timestamp: string;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Record<string, unknown>;
  isControlRecord?: boolean;
}

/** What is used of kafkajs's broker. */
interface BrokerPort {
  fetch(request: object): Promise<{
    responses: {
      partitions: { errorCode: number; messages: FetchedMessage[] }[];
    }[];
  }>;
}

/** What is used of kafkajs's cluster. */
export interface ClusterPort {
  /** Learns of a topic. */
  addTargetTopic(topic: string): Promise<void>;
  /** The partitions of a topic that is known. */
  findTopicPartitionMetadata(topic: string): { partitionId: number }[];
  /** Partitions by the number of the broker that leads them. */
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

/** So many fetches in a row, of half a second each, may give nothing. */
const emptyFetches = 4;

const decoder = new TextDecoder();

function headerText(value: unknown): string {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return last instanceof Uint8Array ? decoder.decode(last) : String(last ?? "");
}

function stored(partition: number, message: FetchedMessage): StoredRecord {
  return {
    partition,
    offset: BigInt(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: Object.fromEntries(
      Object.entries(message.headers ?? {})
        .map(([name, value]) => [name, headerText(value)]),
    ),
  };
}

/** Makes the reader on top of a cluster. */
export function createTail(cluster: ClusterPort): Tail {
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
      const broker = await cluster.findBroker({ nodeId }) as BrokerPort;
      const records: StoredRecord[] = [];
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
        const messages = responses[0]?.partitions[0]?.messages ?? [];
        const last = messages.at(-1);
        if (last === undefined) {
          if (++empty < emptyFetches) continue;
          // What is missing here would look like "not in the topic".
          throw new Error(
            `partition ${partition} of ${topic} gives nothing from offset ` +
              `${next} on, though it goes up to ${to}`,
          );
        }
        empty = 0;
        for (const message of messages) {
          const offset = BigInt(message.offset);
          // A batch comes whole, also what lies before the offset asked for.
          if (offset < next || offset >= to || message.isControlRecord) {
            continue;
          }
          records.push(stored(partition, message));
        }
        next = BigInt(last.offset) + 1n;
      }
      return records;
    },
  };
}
