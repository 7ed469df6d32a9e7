// Creates the topic and keeps it as `topicSpec()` specifies.

import { delay } from "../lib/clock.ts";
import { CommandError, messageOf } from "../lib/errors.ts";
import { AddressError } from "./address_error.ts";
import { errorTypeOf } from "./error_chain.ts";
import {
  type ConfigPort,
  type MessageLimit,
  readMessageLimit,
} from "./message_limit.ts";
import { minimums, type TopicSpec } from "./topic_spec.ts";

/** The used part of kafkajs's admin client. */
export interface AdminPort extends Pick<ConfigPort, "describeCluster"> {
  /** Fails with UNKNOWN_TOPIC_OR_PARTITION for a missing topic. */
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
  /** Returns each setting with the source of its value. */
  describeConfigs(options: {
    resources: { type: number; name: string; configNames?: string[] }[];
    includeSynonyms: boolean;
  }): Promise<{
    resources: {
      configEntries: {
        configName: string;
        configValue: string;
        configSource: number;
      }[];
    }[];
  }>;
  /** Replaces all settings: what is left out falls back to its default. */
  alterConfigs(options: {
    validateOnly: boolean;
    resources: {
      type: number;
      name: string;
      configEntries: { name: string; value: string }[];
    }[];
  }): Promise<unknown>;
  /** Returns `false` when the topic already exists. */
  createTopics(options: {
    timeout: number;
    topics: {
      topic: string;
      numPartitions: number;
      replicationFactor: number;
      configEntries: { name: string; value: string }[];
    }[];
  }): Promise<boolean>;
  /** Adds partitions up to this count. */
  createPartitions(
    options: { topicPartitions: { topic: string; count: number }[] },
  ): Promise<boolean>;
}

/** The topic in the cluster. */
export interface TopicState {
  /** In the order of their ids. */
  readonly partitions: readonly {
    readonly id: number;
    /** The leader's broker id; -1 for none. */
    readonly leader: number;
    /** Number of replicas. */
    readonly replicas: number;
    /** Number of replicas in sync. */
    readonly inSync: number;
  }[];
  /** All settings by Kafka's names. */
  readonly config: Readonly<Record<string, string>>;
}

/** The result of {@linkcode TopicAdmin.ensureTopic}. */
export interface TopicChange {
  /** Whether the topic was created. */
  readonly created: boolean;
  /** Corrected settings, as `name: old -> new`. */
  readonly changed: readonly string[];
}

/** Administration of topics. */
export interface TopicAdmin {
  /** The topic's state; `undefined` when it does not exist. */
  describeTopic(name: string): Promise<TopicState | undefined>;
  /** How large a record batch the topic takes. Throws nothing. */
  messageLimit(name: string): Promise<MessageLimit>;
  /**
   * Creates the topic as specified, or corrects its settings and adds missing
   * partitions. Safe to repeat. A different replication factor is left alone.
   *
   * @throws {CommandError} when the cluster refuses.
   * @throws {AddressError} when an address leads to no broker.
   */
  ensureTopic(spec: TopicSpec): Promise<TopicChange>;
}

const topicResource = 2;
const setOnTopic = 1;

/** How often a change that was acknowledged is looked for, and the pauses. */
const looks = 40;
const lookMs = 50;

/** Whether a setting is as specified, or above what is a minimum. */
function isAsSpecified(name: string, value: string, actual?: string): boolean {
  return value === actual ||
    minimums.has(name) && Number(actual) > Number(value);
}

/** Differences from the specification, as `name: actual -> specified`. */
export function differences(spec: TopicSpec, state: TopicState): string[] {
  const partitions = state.partitions.length;
  const grow = partitions < spec.partitions
    ? [`partitions: ${partitions} -> ${spec.partitions}`]
    : [];
  const settings = Object.entries(spec.config)
    .filter(([name, value]) => !isAsSpecified(name, value, state.config[name]))
    .map(([name, value]) => `${name}: ${state.config[name]} -> ${value}`);
  return [...grow, ...settings];
}

function entriesOf(config: Readonly<Record<string, string>>) {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}

/**
 * Makes the administration on top of kafkajs's admin client.
 *
 * @param sleep Waits; in milliseconds.
 */
export function createTopicAdmin(
  admin: AdminPort,
  sleep: (ms: number) => Promise<void> = delay,
): TopicAdmin {
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
      if (errorTypeOf(error) === "UNKNOWN_TOPIC_OR_PARTITION") {
        return undefined;
      }
      throw error;
    }
  }

  async function correct(spec: TopicSpec, state: TopicState): Promise<void> {
    const own = (await entries(spec.name))
      .filter(({ configSource }) => configSource === setOnTopic)
      .map(({ configName, configValue }) => [configName, configValue]);
    // Sent along with ours: the request resets every setting that it omits.
    const specified = Object.entries(spec.config).map(([name, value]) => {
      const actual = state.config[name];
      return [name, isAsSpecified(name, value, actual) ? actual : value];
    });
    const config = {
      ...Object.fromEntries(own),
      ...Object.fromEntries(specified),
    };
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
    await untilApplied(spec);
  }

  /**
   * A broker acknowledges a change before it applies it: a limit that is read
   * right away may be the old one, and records that now fit would be split.
   */
  async function untilApplied(spec: TopicSpec): Promise<void> {
    for (let look = 0; look < looks; look++) {
      const now = await describeTopic(spec.name);
      if (now === undefined || differences(spec, now).length === 0) return;
      await sleep(lookMs);
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
    messageLimit: (name) => readMessageLimit(admin, name),
    async ensureTopic(spec) {
      try {
        const state = await describeTopic(spec.name);
        if (state === undefined && await create(spec)) {
          return { created: true, changed: [] };
        }
        const now = state ?? await describeTopic(spec.name);
        const changed = now === undefined ? [] : differences(spec, now);
        if (now !== undefined && changed.length > 0) await correct(spec, now);
        return { created: false, changed };
      } catch (error) {
        if (error instanceof AddressError) throw error;
        throw new CommandError(
          `cannot prepare topic ${spec.name}: ${reasonOf(error)}`,
          "create it with the settings in kafka/topic_spec.ts, or allow this " +
            "client to create topics; KAFKA_TOPIC_CREATE=false skips this step",
          { cause: error },
        );
      }
    },
  };
}

function reasonOf(error: unknown): string {
  // Creating topics fails with an inner error for each topic.
  const inner = error instanceof Error && "errors" in error &&
      Array.isArray(error.errors)
    ? error.errors
    : [error];
  return inner.map(messageOf).join("; ");
}
