/**
 * The topic's settings, in one place for the producer, `setup` and `verify`.
 *
 * @module
 */

/** What a topic should be like. */
export interface TopicSpec {
  /** The topic's name. */
  readonly name: string;
  /** How many partitions; a topic can grow but never shrink. */
  readonly partitions: number;
  /** Copies of each partition; fixed when the topic is created. */
  readonly replicationFactor: number;
  /** Settings that are checked and mended, by Kafka's names. */
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
  /** Replicas that must have a record before it counts as written. */
  readonly minInsyncReplicas: number;
}

const day = 24 * 60 * 60 * 1000;

/**
 * The topic as this project wants it: records are kept for seven days, stay
 * compressed as the producer sent them, and carry the producer's time.
 *
 * Every setting is explicit, since a broker's own defaults differ between
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
      "max.message.bytes": "1048588",
      "message.timestamp.type": "CreateTime",
      "min.insync.replicas": String(choice.minInsyncReplicas),
      "retention.ms": String(7 * day),
    },
  };
}
