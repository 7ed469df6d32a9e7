// The topic's settings: the one place for the producer, `setup` and `verify`.

import { defaultMaxMessageBytes } from "./batch_size.ts";

/** The specification of a topic. */
export interface TopicSpec {
  /** The topic's name. */
  readonly name: string;
  /** Partitions; their number can grow but never shrink. */
  readonly partitions: number;
  /** Replicas of each partition; fixed when the topic is created. */
  readonly replicationFactor: number;
  /** Settings that are checked and corrected, by Kafka's names. */
  readonly config: Readonly<Record<string, string>>;
}

/** The numbers of a {@linkcode TopicSpec} that an installation may choose. */
export interface TopicChoice {
  /** The topic's name. */
  readonly name: string;
  /** Partitions, 1 or more. */
  readonly partitions: number;
  /** Replicas, 1 or more, at most the number of brokers. */
  readonly replicationFactor: number;
  /** Replicas that must have a record before it is acknowledged. */
  readonly minInsyncReplicas: number;
}

/** Settings that may be higher than specified: those are left alone. */
export const minimums: ReadonlySet<string> = new Set(["max.message.bytes"]);

const day = 24 * 60 * 60 * 1000;

/**
 * This project's topic: records are kept for seven days, stay compressed as
 * the producer sent them, and carry the producer's time.
 *
 * Every setting is explicit, since the defaults of brokers differ between
 * distributions.
 */
export function topicSpec(choice: TopicChoice): TopicSpec {
  return {
    name: choice.name,
    partitions: choice.partitions,
    replicationFactor: choice.replicationFactor,
    config: {
      "cleanup.policy": "delete",
      "compression.type": "producer",
      "max.message.bytes": String(defaultMaxMessageBytes),
      "message.timestamp.type": "CreateTime",
      "min.insync.replicas": String(choice.minInsyncReplicas),
      "retention.ms": String(7 * day),
    },
  };
}
