// The requests behind a topic's reader, each to one leader: Fetch with the
// isolation level `read_committed`, and ListOffsets for the log's end.

import { messageOf } from "../lib/errors.ts";
import {
  type FetchedPartition,
  type FetchingBroker,
  rawFetch,
} from "./records/raw_fetch.ts";
import { type CommittedRead, readCommitted } from "./records/read_committed.ts";
import type { SessionState } from "./patches/sasl_session.ts";
import type { ClusterPort, TailPorts } from "./tail_reader.ts";

/** What was read of a partition. */
export interface PartitionRead extends CommittedRead {
  /** The partition's number. */
  readonly partition: number;
  /** The offset that the read began with. */
  readonly from: bigint;
  /** The offset after the partition's last record. */
  readonly highWatermark: bigint;
}

/** The used part of kafkajs's cluster. */
export interface FollowCluster extends ClusterPort {
  /** Fetches the metadata of the topics that were added. */
  refreshMetadata(): Promise<void>;
  /** A broker that knows the settings of topics. */
  findControllerBroker(): Promise<{
    describeConfigs(request: object): Promise<{
      resources: {
        configEntries: { configName: string; configValue: string }[];
      }[];
    }>;
  }>;
  /** The broker that keeps a group's offsets. */
  findGroupCoordinator(
    options: { groupId: string },
  ): Promise<{
    offsetCommit(request: {
      groupId: string;
      groupGenerationId: number;
      memberId: string;
      topics: {
        topic: string;
        partitions: { partition: number; offset: string }[];
      }[];
    }): Promise<unknown>;
  }>;
}

/** What else is used of kafkajs's broker. */
interface LeadingBroker extends FetchingBroker {
  listOffsets(request: object): Promise<{
    responses: { partitions: { partition: number; offset: string }[] }[];
  }>;
}

/** Of a response, unless its first batch is larger. */
const responseBytes = 4 * 1024 * 1024;

const readCommittedLevel = 1;

/** A Fetch that waits takes at most this part of a SASL session: none is renewed
 * meanwhile, and a session may be renewed at half of its time. */
const sessionParts = 8;

/** What else is used of kafkajs's broker, where it authenticates. */
interface SessionBroker {
  readonly connectionPool?: {
    readonly pool: readonly Pick<SessionState, "sessionLifetime">[];
  };
}

function withinSession(broker: SessionBroker, waitMs: number): number {
  const lifetimes = (broker.connectionPool?.pool ?? [])
    .map(({ sessionLifetime }) => Number(sessionLifetime.value))
    .filter((ms) => ms > 0);
  return Math.min(waitMs, ...lifetimes.map((ms) => ms / sessionParts | 0));
}

/** As this replica a client gets the log's end, whatever others have of it. */
const debuggingReplica = -2;

const latest = -1;

/** Answers without a whole batch that may follow each other. */
const maxUndecoded = 20;

/** Limits of one Fetch. */
export interface FetchLimits {
  /** How long a broker may hold it until there is a record, in ms. */
  readonly waitMs: number;
  /** Of each partition. */
  readonly bytes: number;
}

/** The requests of one topic. */
export interface TopicFetch {
  /**
   * One Fetch.
   *
   * @param leader The broker's id.
   * @param wanted The offset of each of its partitions.
   * @param limits How long it may wait for a record, in ms, and how much it
   * may return of each partition; the first batch always comes whole.
   * @throws for an error of any partition.
   */
  readFrom(
    leader: string,
    wanted: ReadonlyMap<number, bigint>,
    limits: FetchLimits,
  ): Promise<PartitionRead[]>;
  /** The offset after the last record that each partition's leader has. */
  logEnds(partitions: number[]): Promise<Map<number, bigint>>;
}

/** Makes the requests on top of a cluster. */
export function createTopicFetch(
  cluster: FollowCluster,
  topic: string,
  { protocol, decompress }: TailPorts,
): TopicFetch {
  const undecoded = new Map<number, number>();

  async function readFrom(
    leader: string,
    wanted: ReadonlyMap<number, bigint>,
    { waitMs, bytes }: FetchLimits,
  ): Promise<PartitionRead[]> {
    const found = await cluster.findBroker({ nodeId: leader });
    const broker = rawFetch(found as FetchingBroker, {
      requests: protocol.requests,
      // Errors are looked at in `readOf()`, where the offset is known.
      parse: (response) => Promise.resolve(response),
    });
    const { responses } = await broker.fetch({
      isolationLevel: readCommittedLevel,
      maxWaitTime: withinSession(found as SessionBroker, waitMs),
      minBytes: 1,
      maxBytes: responseBytes,
      topics: [{
        topic,
        partitions: Array.from(wanted, ([partition, offset]) => ({
          partition,
          fetchOffset: String(offset),
          maxBytes: bytes,
        })),
      }],
    });
    const reads: PartitionRead[] = [];
    for (const fetched of responses.flatMap((part) => part.partitions)) {
      const from = wanted.get(fetched.partition);
      if (from !== undefined) reads.push(await readOf(fetched, from));
    }
    return reads;
  }

  async function refuse(fetched: FetchedPartition, from: bigint) {
    const responses = [{ topicName: topic, partitions: [fetched] }];
    try {
      await protocol.parse({ clientSideThrottleTime: 0, responses });
    } catch (cause) {
      const where = `partition ${fetched.partition} of ${topic}`;
      const why = messageOf(cause);
      throw new Error(`${where} at offset ${from}: ${why}`, { cause });
    }
  }

  async function readOf(
    fetched: FetchedPartition,
    from: bigint,
  ): Promise<PartitionRead> {
    const { partition, errorCode, highWatermark, recordSet } = fetched;
    if (errorCode !== 0) await refuse(fetched, from);
    const read = await readCommitted(fetched, from, decompress);
    const { records, passed, next } = read;
    const isStuck = next === from && recordSet.length > 0;
    const times = isStuck ? (undecoded.get(partition) ?? 0) + 1 : 0;
    undecoded.set(partition, times);
    if (times > maxUndecoded) {
      throw new Error(
        `partition ${partition} of ${topic} returns no whole batch at offset ` +
          String(from),
      );
    }
    return { partition, from, records, passed, next, highWatermark };
  }

  async function logEnds(ids: number[]): Promise<Map<number, bigint>> {
    const leaders = cluster.findLeaderForPartitions(topic, ids);
    const parts = Object.entries(leaders).map(async ([nodeId, partitions]) => {
      const broker = await cluster.findBroker({ nodeId }) as LeadingBroker;
      const { responses } = await broker.listOffsets({
        replicaId: debuggingReplica,
        isolationLevel: 0,
        topics: [{
          topic,
          partitions: partitions.map((partition) => ({
            partition,
            timestamp: latest,
          })),
        }],
      });
      return responses.flatMap((part) => part.partitions);
    });
    const ends = (await Promise.all(parts)).flat();
    return new Map(
      ends.map(({ partition, offset }) => [partition, BigInt(offset)]),
    );
  }

  return { readFrom, logEnds };
}
