/**
 * Looks at the world for `verify`: the producer over HTTP, the topic through
 * Kafka, without a consumer group.
 *
 * @module
 */

import type { Config } from "../../producer/config/config.ts";
import { formatAddress } from "../../lib/address.ts";
import type { KafkaClient } from "../../kafka/client.ts";
import type { StoredRecord, Tail } from "../../kafka/tail_reader.ts";
import type { PartitionOffsets } from "../../kafka/tail_reader.ts";
import type { TopicState } from "../../kafka/topic_admin.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { run } from "../host/run_process.ts";
import { attempt } from "../../lib/result.ts";
import { observeCompose } from "./observe_stack.ts";
import { createDocker } from "../docker/docker.ts";
import { askContainer } from "../producer/producer_container.ts";
import type { ComposeSeen } from "./stack_observation.ts";
import type { Observations } from "./observations.ts";
import type { Result } from "../../lib/result.ts";
import { askProducer, type FullStatus } from "../producer/producer_status.ts";
import type { Surroundings } from "./which_stack.ts";

export { askProducer } from "../producer/producer_status.ts";

/** How many records of each partition are looked at. */
const tailRecords = 100n;

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
  readonly nowMs: number;
  readonly topic: Result<TopicState | undefined>;
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
  // Looking at containers takes longer, and would make the records look old.
  const nowMs = Date.now();
  return seen.ok
    ? { nowMs, ...seen.value, topic: { ok: true, value: seen.value.topic } }
    : { nowMs, topic: seen, offsets: [], records: [] };
}

interface ProducersSeen {
  readonly producer: Result<FullStatus>;
  readonly contained: Result<FullStatus> | undefined;
}

/** Asks for a producer on this machine and for one in the stack's container. */
async function lookForProducers(
  admin: string | undefined,
  compose: Promise<Result<ComposeSeen> | undefined>,
): Promise<ProducersSeen> {
  const inContainer = compose.then((seen) => {
    if (!seen?.ok) return undefined;
    const container = seen.value.containers.find(({ service, status }) =>
      service === "crypto-producer" && status === "running"
    );
    return container && askContainer(container, createDocker({ run }));
  });
  const [producer, contained] = await Promise.all([
    admin === undefined
      ? { ok: false as const, error: "ADMIN_ADDRESS is off" }
      : askProducer(admin),
    inContainer,
  ]);
  return { producer, contained };
}

async function lookAtStack(
  { stack, place }: Surroundings,
  topic: string,
): Promise<Result<ComposeSeen> | undefined> {
  if (place === undefined) return undefined;
  const seen = await observeCompose(place, topic, {
    run,
    fetch: (url, init) => fetch(url, init),
  });
  const there = seen.ok && seen.value.containers.length > 0;
  return there || stack === "compose" ? seen : undefined;
}

/** Looks once at everything. */
export async function observe(
  config: Config,
  client: KafkaClient,
  around: Surroundings,
): Promise<Observations> {
  const admin = config.admin && formatAddress(config.admin);
  const { name } = config.topic;
  const looking = lookAtStack(around, name);
  const [compose, { producer, contained }, seen] = await Promise.all([
    looking,
    lookForProducers(admin, looking),
    lookAtTopic(client, name),
  ]);
  const running = [contained, producer].find((one) => one?.ok);
  const said = running?.ok ? running.value : undefined;
  return {
    stack: around.stack,
    bootstrap: config.brokers.map(formatAddress).join(","),
    spec: topicSpec(config.topic),
    ids: config.ids,
    intervalMs: (said?.intervalSeconds ?? config.intervalMs / 1000) * 1000,
    timeoutMs: (said?.timeoutSeconds ?? config.timeoutMs / 1000) * 1000,
    unchanged: said?.unchanged ?? config.unchanged,
    admin,
    producer,
    contained,
    compose,
    ...seen,
  };
}
