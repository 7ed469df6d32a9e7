// How large a record batch a topic takes, asked of the cluster.

import { messageOf } from "../lib/errors.ts";
import { defaultMaxMessageBytes } from "./batch_size.ts";
import { errorTypeOf } from "./error_chain.ts";

/** The limit of a topic's record batches. */
export interface MessageLimit {
  /** In bytes. */
  readonly bytes: number;
  /**
   * - `topic`: the topic's `max.message.bytes`.
   * - `broker`: `message.max.bytes`, since the topic could not be asked.
   * - `assumed`: Kafka's default, since nothing could be asked.
   */
  readonly source: "topic" | "broker" | "assumed";
  /** Why the topic could not be asked: Kafka's error code, or a text. */
  readonly reason?: string;
}

/** The used part of kafkajs's admin client. */
export interface ConfigPort {
  /** The value of each setting. Types: 2 a topic, 4 a broker. */
  describeConfigs(options: {
    resources: { type: number; name: string; configNames?: string[] }[];
    includeSynonyms: boolean;
  }): Promise<{
    resources: {
      configEntries: { configName: string; configValue: string }[];
    }[];
  }>;
  /** The cluster's brokers. */
  describeCluster(): Promise<{ brokers: { nodeId: number }[] }>;
}

async function ask(
  admin: ConfigPort,
  resource: { readonly type: number; readonly name: string },
  setting: string,
): Promise<number> {
  const { resources } = await admin.describeConfigs({
    resources: [{ ...resource, configNames: [setting] }],
    includeSynonyms: false,
  });
  const text = resources[0]?.configEntries
    .find(({ configName }) => configName === setting)?.configValue;
  const bytes = Number(text);
  if (bytes > 0) return bytes;
  throw new Error(`${setting} of ${resource.name} is ${text}`);
}

/** The limit when nothing can be asked, with the error that says why. */
export function assumedLimit(error: unknown): MessageLimit {
  const reason = errorTypeOf(error) ?? messageOf(error);
  return { bytes: defaultMaxMessageBytes, source: "assumed", reason };
}

/** Asks for the topic's limit, else for a broker's. Throws nothing. */
export async function readMessageLimit(
  admin: ConfigPort,
  topic: string,
): Promise<MessageLimit> {
  try {
    const resource = { type: 2, name: topic };
    const bytes = await ask(admin, resource, "max.message.bytes");
    return { bytes, source: "topic" };
  } catch (error) {
    const assumed = assumedLimit(error);
    try {
      const { brokers } = await admin.describeCluster();
      const resource = { type: 4, name: String(brokers[0]?.nodeId) };
      const bytes = await ask(admin, resource, "message.max.bytes");
      return { ...assumed, bytes, source: "broker" };
    } catch {
      return assumed;
    }
  }
}
