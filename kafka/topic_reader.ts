// Follows a topic from given offsets, without a consumer group: a Fetch waits
// at each leader, and the first answer is handed out. What commits offsets
// atomically with its own data needs no group to tell it where to go on.

import { abortOf } from "../lib/abort_of.ts";
import { errorTypeOf } from "./error_chain.ts";
import type { DecodedRecord } from "./records/record.ts";
import {
  createTail,
  type PartitionOffsets,
  type TailPorts,
} from "./tail_reader.ts";
import {
  createTopicFetch,
  type FetchLimits,
  type FollowCluster,
  type PartitionRead,
} from "./topic_fetch.ts";

/** Where a partition begins and ends for a reader of committed records. */
export interface FollowedOffsets extends PartitionOffsets {
  /**
   * The offset after the last record that its leader has. It may be beyond
   * `end` for a while, but never before what was once readable.
   */
  readonly logEnd: bigint;
}

/** Follows one topic; only records of committed transactions are read. */
export interface TopicReader {
  /**
   * Where each partition's log begins and ends now, for a reader of committed
   * records: an open transaction is not before the end.
   *
   * @throws an error of type UNKNOWN_TOPIC_OR_PARTITION for a missing topic.
   */
  offsets(): Promise<FollowedOffsets[]>;
  /**
   * The offset of a partition's first record whose timestamp is not before
   * `sinceMs` (ms since 1970); `undefined` if there is none.
   */
  offsetSince(partition: number, sinceMs: number): Promise<bigint | undefined>;
  /**
   * The record at an offset within the log; `undefined` for a gap.
   *
   * @throws when the broker cannot hand it out yet.
   */
  recordAt(
    partition: number,
    offset: bigint,
  ): Promise<DecodedRecord | undefined>;
  /** Whether the topic's log is compacted; false where that is not told. */
  isCompacted(): Promise<boolean>;
  /** The numbers of the partitions that the topic has now. */
  partitions(): Promise<number[]>;
  /** Chooses the partitions to follow and the next offset of each. */
  seek(positions: ReadonlyMap<number, bigint>): void;
  /**
   * The next answer of any leader: its partitions, also those without records.
   * Nothing is requested between calls but one answer of each leader.
   *
   * @param signal Ends the wait; the result is empty then.
   * @throws for an error that a broker sends for any of the partitions.
   */
  next(signal: AbortSignal): Promise<readonly PartitionRead[]>;
  /** Stores the next offsets for a group, which must have no members. */
  commitOffsets(
    groupId: string,
    next: ReadonlyMap<number, bigint>,
  ): Promise<void>;
}

/** Less than a whole response: none of many partitions takes all of it. */
const followedBytes = 2 * 1024 * 1024;

/**
 * How long a Fetch waits at the leader of a topic, in ms: after records, and at
 * most, after answers without any, each of which doubles it. A record ends the
 * wait at once; what is left is the work of asking again at rest.
 */
const waits = { first: 500, last: 8_000 } as const;

/** The one batch that comes whole. */
const oneBatch: FetchLimits = { waitMs: 0, bytes: 1 };

const topicResource = 2;

interface Answer {
  readonly leader: string;
  readonly reads: readonly PartitionRead[];
  readonly error?: unknown;
}

/** Makes a reader of a topic on top of a cluster. */
export function createTopicReader(
  cluster: FollowCluster,
  topic: string,
  ports: TailPorts,
): TopicReader {
  const tail = createTail(cluster, ports);
  const { readFrom, logEnds } = createTopicFetch(cluster, topic, ports);
  let positions = new Map<number, bigint>();
  let waitMs: number = waits.first;
  /** One request for each leader; replaced by `seek()`. */
  let waiting = new Map<string, Promise<Answer>>();

  async function refresh(): Promise<void> {
    // The first time this refreshes, too; later it does nothing.
    await cluster.addTargetTopic(topic);
    await cluster.refreshMetadata();
  }

  function request(): void {
    const leaders = cluster.findLeaderForPartitions(topic, [
      ...positions.keys(),
    ]);
    // Of several, one that waits would hold up the look for what has moved.
    if (Object.keys(leaders).length > 1) waitMs = waits.first;
    const limits: FetchLimits = { waitMs, bytes: followedBytes };
    for (const [leader, partitions] of Object.entries(leaders)) {
      if (waiting.has(leader) || leader === "-1") continue;
      const wanted = new Map(
        partitions.map((partition) => [
          partition,
          positions.get(partition) ?? 0n,
        ]),
      );
      // Handed out by `next()`, which may come much later.
      const answer = readFrom(leader, wanted, limits)
        .then((reads) => ({ leader, reads }))
        .catch((error) => ({ leader, reads: [], error }));
      waiting.set(leader, answer);
    }
  }

  return {
    async offsets() {
      await refresh();
      const offsets = await tail.offsets(topic);
      const ends = await logEnds(offsets.map(({ partition }) => partition));
      return offsets.map((at) => ({
        ...at,
        logEnd: ends.get(at.partition) ?? at.end,
      }));
    },

    offsetSince: (partition, sinceMs) =>
      tail.offsetSince(topic, partition, sinceMs),

    async recordAt(partition, offset) {
      const [leader] = Object.keys(
        cluster.findLeaderForPartitions(topic, [partition]),
      );
      const wanted = new Map([[partition, offset]]);
      const [read] = await readFrom(leader ?? "-1", wanted, oneBatch);
      if (read === undefined || read.next === offset) {
        throw new Error(
          `partition ${partition} of ${topic} does not hand out offset ` +
            `${offset} yet`,
        );
      }
      const [record] = read.records;
      return record?.offset === offset ? record : undefined;
    },

    async isCompacted() {
      const broker = await cluster.findControllerBroker();
      const resource = {
        type: topicResource,
        name: topic,
        configNames: ["cleanup.policy"],
      };
      try {
        const { resources } = await broker.describeConfigs({
          resources: [resource],
        });
        return resources.flatMap(({ configEntries }) => configEntries)
          .some(({ configValue }) => configValue.includes("compact"));
      } catch (error) {
        // A client without the permission to ask takes it for the usual topic.
        if (errorTypeOf(error) === "TOPIC_AUTHORIZATION_FAILED") return false;
        throw error;
      }
    },

    async partitions() {
      await refresh();
      return cluster.findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => partitionId).sort((a, b) => a - b);
    },

    seek(wanted) {
      positions = new Map(wanted);
      waiting = new Map();
      waitMs = waits.first;
    },

    async next(signal) {
      using abort = abortOf(signal);
      request();
      if (waiting.size === 0) {
        throw new Error(`no partition of ${topic} has a leader`);
      }
      const answer = await Promise.race([...waiting.values(), abort.promise]);
      if (answer === undefined || signal.aborted) return [];
      waiting.delete(answer.leader);
      if (answer.error !== undefined) throw answer.error;
      // A partition that has moved may be answered by two leaders.
      const reads = answer.reads.filter(({ partition, from }) =>
        positions.get(partition) === from
      );
      for (const { partition, next } of reads) positions.set(partition, next);
      waitMs = reads.every(({ from, next }) => from === next)
        ? Math.min(2 * waitMs, waits.last)
        : waits.first;
      return reads;
    },

    async commitOffsets(groupId, next) {
      const coordinator = await cluster.findGroupCoordinator({ groupId });
      await coordinator.offsetCommit({
        groupId,
        // A group without members, whose offsets are only kept.
        groupGenerationId: -1,
        memberId: "",
        topics: [{
          topic,
          partitions: Array.from(next, ([partition, offset]) => ({
            partition,
            offset: String(offset),
          })),
        }],
      });
    },
  };
}
