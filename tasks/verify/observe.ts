/**
 * Looks at the world for `verify`: the producer over HTTP, the topic through
 * Kafka, without a consumer group.
 *
 * @module
 */

import type { Config } from "../../producer/config.ts";
import { messageOf } from "../../producer/errors.ts";
import { formatAddress } from "../../producer/fields.ts";
import type { KafkaClient } from "../../producer/kafka.ts";
import type { StoredRecord, Tail } from "../../producer/kafka_tail.ts";
import type { PartitionOffsets } from "../../producer/kafka_tail.ts";
import type { TopicState } from "../../producer/kafka_topic.ts";
import { topicSpec } from "../../producer/topic.ts";
import type { Observations, Observed, ProducerStatus } from "./observations.ts";

/** How many records of each partition are looked at. */
const tailRecords = 100n;

/** How long a producer on this machine may take to answer. */
const statusTimeoutMs = 1_000;

async function attempt<T>(work: () => Promise<T>): Promise<Observed<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  }
}

/** Reads `/status`. */
export async function askProducer(
  admin: string,
): Promise<Observed<ProducerStatus & { readonly all: unknown }>> {
  return await attempt(async () => {
    let response: Response;
    try {
      response = await fetch(`http://${admin}/status`, {
        signal: AbortSignal.timeout(statusTimeoutMs),
      });
    } catch {
      throw new Error("nothing listens there");
    }
    const all = await response.json();
    if (typeof all.interval_seconds !== "number" || !("instance" in all)) {
      throw new Error("what listens there is no producer");
    }
    return {
      ready: all.ready === true,
      reasons: Array.isArray(all.reasons) ? all.reasons.map(String) : [],
      intervalSeconds: all.interval_seconds,
      unchanged: (["emit", "skip"] as const)
        .find((word) => word === all.config?.UNCHANGED),
      pid: Number(all.pid),
      instance: String(all.instance),
      published: Number(all.counters?.published ?? 0),
      waiting: Number(all.waiting ?? 0),
      all,
    };
  });
}

/** The last records of a topic by time, oldest first. */
export async function readTail(
  tail: Tail,
  topic: string,
  offsets: readonly PartitionOffsets[],
): Promise<StoredRecord[]> {
  const parts = await Promise.all(
    offsets.filter(({ start, end }) => end > start)
      .map(({ partition, start, end }) => {
        const from = end - tailRecords > start ? end - tailRecords : start;
        return tail.read(topic, { partition, from, to: end });
      }),
  );
  // Within a partition the offset decides; the sort is stable.
  return parts.length === 1 && parts[0] !== undefined
    ? parts[0]
    : parts.flat().sort((a, b) => a.timestampMs - b.timestampMs);
}

interface TopicSeen {
  readonly topic: Observed<TopicState | undefined>;
  readonly offsets: readonly PartitionOffsets[];
  readonly records: readonly StoredRecord[];
}

async function lookAtTopic(
  client: KafkaClient,
  name: string,
): Promise<TopicSeen> {
  const seen = await attempt(async () => {
    const [admin, tail] = await Promise.all([
      client.openAdmin(),
      client.openTail(),
    ]);
    try {
      const topic = await admin.describeTopic(name);
      if (topic === undefined) return { topic, offsets: [], records: [] };
      const offsets = await tail.offsets(name);
      const records = await readTail(tail, name, offsets);
      return { topic, offsets, records };
    } finally {
      await Promise.all([admin.close(), tail.close()]);
    }
  });
  return seen.ok
    ? { ...seen.value, topic: { ok: true, value: seen.value.topic } }
    : { topic: seen, offsets: [], records: [] };
}

/** Looks once at everything. */
export async function observe(
  config: Config,
  client: KafkaClient,
): Promise<Observations> {
  const admin = config.admin && formatAddress(config.admin);
  const [producer, seen] = await Promise.all([
    admin === undefined
      ? { ok: false as const, error: "ADMIN_ADDRESS is off" }
      : askProducer(admin),
    lookAtTopic(client, config.topic.name),
  ]);
  return {
    nowMs: Date.now(),
    bootstrap: config.brokers.map(formatAddress).join(","),
    spec: topicSpec(config.topic),
    ids: config.ids,
    intervalMs: producer.ok
      ? producer.value.intervalSeconds * 1000
      : config.intervalMs,
    timeoutMs: config.timeoutMs,
    unchanged: (producer.ok ? producer.value.unchanged : undefined) ??
      config.unchanged,
    admin,
    producer,
    ...seen,
  };
}
