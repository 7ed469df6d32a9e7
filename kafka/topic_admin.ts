/**
 * The topic made and kept as `topicSpec()` wants it.
 *
 * @module
 */

import { CommandError, messageOf } from "../lib/errors.ts";
import type { TopicSpec } from "./topic_spec.ts";

/** What is used of kafkajs's admin client. */
export interface AdminPort {
  /** Answers with an error of type UNKNOWN_TOPIC_OR_PARTITION if not there. */
  fetchTopicMetadata(options: { topics: string[] }): Promise<{
    topics: {
      partitions: {
        partitionId: number;
        leader: number;
        replicas: number[];
        isr: number[];
      }[];
    }[];
  }>;
  /** Gives each setting with where its value comes from. */
  describeConfigs(
    options: {
      resources: { type: number; name: string }[];
      includeSynonyms: boolean;
    },
  ): Promise<{
    resources: {
      configEntries: {
        configName: string;
        configValue: string;
        configSource: number;
      }[];
    }[];
  }>;
  /** Replaces all settings: what is left out falls back to its default. */
  alterConfigs(
    options: {
      validateOnly: boolean;
      resources: {
        type: number;
        name: string;
        configEntries: { name: string; value: string }[];
      }[];
    },
  ): Promise<unknown>;
  /** Gives `false` when the topic was there already. */
  createTopics(
    options: {
      timeout: number;
      topics: {
        topic: string;
        numPartitions: number;
        replicationFactor: number;
        configEntries: { name: string; value: string }[];
      }[];
    },
  ): Promise<boolean>;
  /** Lets a topic grow. */
  createPartitions(
    options: { topicPartitions: { topic: string; count: number }[] },
  ): Promise<boolean>;
}

/** A topic as the cluster has it. */
export interface TopicState {
  /** Partitions, each with the numbers of its brokers. */
  readonly partitions: readonly {
    readonly id: number;
    /** The broker that leads it; -1 for none. */
    readonly leader: number;
    /** How many copies it should have. */
    readonly replicas: number;
    /** How many of them are in sync. */
    readonly inSync: number;
  }[];
  /** All settings, by Kafka's names. */
  readonly config: Readonly<Record<string, string>>;
}

/** What {@linkcode TopicAdmin.ensureTopic} did. */
export interface TopicChange {
  /** Whether the topic was made. */
  readonly created: boolean;
  /** What was mended, as `name: old -> new`. */
  readonly changed: readonly string[];
}

/** The topic's administration. */
export interface TopicAdmin {
  /** The topic as it is, or `undefined` when it is not there. */
  describeTopic(name: string): Promise<TopicState | undefined>;
  /**
   * Makes the topic as specified; mends settings that differ and lets it grow.
   * Safe to repeat. A replication factor that differs is left alone.
   *
   * @throws {CommandError} when the cluster does not allow it.
   */
  ensureTopic(spec: TopicSpec): Promise<TopicChange>;
}

const topicResource = 2;
const setOnTopic = 1;

/** Settings that differ from the specification, as `name: is -> should be`. */
export function differences(spec: TopicSpec, state: TopicState): string[] {
  const partitions = state.partitions.length;
  const grow = partitions < spec.partitions
    ? [`partitions: ${partitions} -> ${spec.partitions}`]
    : [];
  const settings = Object.entries(spec.config)
    .filter(([name, value]) => state.config[name] !== value)
    .map(([name, value]) => `${name}: ${state.config[name]} -> ${value}`);
  return [...grow, ...settings];
}

function isMissing(error: unknown) {
  return error instanceof Error && "type" in error &&
    error.type === "UNKNOWN_TOPIC_OR_PARTITION";
}

function entriesOf(config: Readonly<Record<string, string>>) {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}

/** Makes the administration on top of an admin client. */
export function createTopicAdmin(admin: AdminPort): TopicAdmin {
  async function entries(name: string) {
    const { resources } = await admin.describeConfigs({
      resources: [{ type: topicResource, name }],
      includeSynonyms: false,
    });
    return resources[0]?.configEntries ?? [];
  }

  async function describeTopic(name: string): Promise<TopicState | undefined> {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
      const config = Object.fromEntries((await entries(name)).map((
        { configName, configValue },
      ) => [configName, configValue]));
      const partitions = (topics[0]?.partitions ?? []).map((partition) => ({
        id: partition.partitionId,
        leader: partition.leader,
        replicas: partition.replicas.length,
        inSync: partition.isr.length,
      })).sort((a, b) => a.id - b.id);
      return { partitions, config };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function mend(spec: TopicSpec, state: TopicState): Promise<void> {
    const own = (await entries(spec.name))
      .filter(({ configSource }) => configSource === setOnTopic)
      .map(({ configName, configValue }) => [configName, configValue]);
    // What somebody set on the topic besides our settings is sent along: this
    // request would reset it otherwise.
    const config = { ...Object.fromEntries(own), ...spec.config };
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{
        type: topicResource,
        name: spec.name,
        configEntries: entriesOf(config),
      }],
    });
    if (state.partitions.length < spec.partitions) {
      await admin.createPartitions({
        topicPartitions: [{ topic: spec.name, count: spec.partitions }],
      });
    }
  }

  async function create(spec: TopicSpec): Promise<boolean> {
    return await admin.createTopics({
      timeout: 5_000,
      topics: [{
        topic: spec.name,
        numPartitions: spec.partitions,
        replicationFactor: spec.replicationFactor,
        configEntries: entriesOf(spec.config),
      }],
    });
  }

  return {
    describeTopic,
    async ensureTopic(spec) {
      try {
        const state = await describeTopic(spec.name);
        if (state === undefined && await create(spec)) {
          return { created: true, changed: [] };
        }
        const now = state ?? await describeTopic(spec.name);
        const changed = now === undefined ? [] : differences(spec, now);
        if (now !== undefined && changed.length > 0) await mend(spec, now);
        return { created: false, changed };
      } catch (error) {
        throw new CommandError(
          `cannot prepare topic ${spec.name}: ${reasonOf(error)}`,
          "create it by hand with the settings in kafka/topic_spec.ts, or let " +
            "this client create topics; KAFKA_TOPIC_CREATE=false leaves it be",
          { cause: error },
        );
      }
    },
  };
}

function reasonOf(error: unknown): string {
  // Creating topics fails with one error for each topic inside.
  const inner = error instanceof Error && "errors" in error &&
      Array.isArray(error.errors)
    ? error.errors
    : [error];
  return inner.map(messageOf).join("; ");
}
