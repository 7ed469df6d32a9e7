// What `--check` says of the size of records.

import { createKafkaClient } from "../kafka/client.ts";
import { defaultMaxMessageBytes } from "../kafka/batch_size.ts";
import type { KafkaKeys } from "../kafka/credentials.ts";
import { assumedLimit, type MessageLimit } from "../kafka/message_limit.ts";
import { formatAddress } from "../lib/address.ts";
import { CommandError } from "../lib/errors.ts";
import { hasPermission } from "../lib/needs.ts";
import { brokerCheck } from "../kafka/broker_check.ts";
import type { Configured } from "./config/settings.ts";
import {
  estimateRecord,
  limitSource,
  type RecordEstimate,
  sizeWarning,
} from "./record_size.ts";

/** For Kafka's answer; the settings are right or wrong without it. */
const askTimeoutMs = 3_000;

/** What the topic takes once the producer has prepared it. */
export function limitOnceEnsured(
  limit: MessageLimit,
  createsTopic: boolean,
): MessageLimit {
  const isMissing = limit.reason === "UNKNOWN_TOPIC_OR_PARTITION";
  if (!createsTopic || !isMissing && limit.source !== "topic") return limit;
  const bytes = isMissing ? 0 : limit.bytes;
  return { bytes: Math.max(bytes, defaultMaxMessageBytes), source: "topic" };
}

/** The sizes, the limit, and a warning if the limit may be exceeded. */
export interface SizeReport {
  /** A line for the result. */
  readonly note: string;
  /** A line with the next step. */
  readonly warning: string | undefined;
}

/**
 * Judges the sizes.
 *
 * @throws {CommandError} when some coins could never be published.
 */
export function reportSize(
  { config }: Pick<Configured, "config">,
  estimate: RecordEstimate,
  limit: MessageLimit,
): SizeReport {
  const warning = sizeWarning(estimate, {
    topic: config.topic.name,
    limit,
    outboxBytes: config.outbox.bytes,
    broker: config.brokers.map(formatAddress).join(),
  });
  if (warning?.isFatal) throw new CommandError(warning.message, warning.next);
  return {
    note: `bytes per record: about ${estimate.typical}, at most ` +
      `${estimate.most}; limit ${limit.bytes} (${limitSource(limit)})`,
    warning: warning && `${warning.message}. Next: ${warning.next}`,
  };
}

async function askLimit(
  { config }: Configured,
  keys: KafkaKeys | undefined,
): Promise<MessageLimit> {
  const client = createKafkaClient({
    brokers: config.brokers,
    clientId: config.clientId,
    keys,
    checkHost: brokerCheck(hasPermission, config.brokers),
  });
  const silence = new Error(`Kafka did not answer in ${askTimeoutMs / 1e3} s`);
  return await Promise.race([
    client.messageLimit(config.topic.name),
    new Promise<MessageLimit>((resolve) => {
      setTimeout(() => resolve(assumedLimit(silence)), askTimeoutMs);
    }),
  ]);
}

/**
 * Asks Kafka for the limit and judges by it; see {@linkcode reportSize}.
 *
 * @param responds Whether Kafka is there to be asked.
 */
export async function checkSize(
  configured: Configured,
  keys: KafkaKeys | undefined,
  responds: boolean,
): Promise<SizeReport> {
  const { config, source: { address, ids } } = configured;
  const { sourceSystem, topic: { name: topic } } = config;
  const limit = responds
    ? await askLimit(configured, keys)
    : assumedLimit(new Error("Kafka does not respond"));
  return reportSize(
    configured,
    estimateRecord(ids, { topic, sourceSystem, address }),
    limitOnceEnsured(limit, config.createTopic),
  );
}
