// Observes what `verify` checks: the producer over HTTP, the topic through
// Kafka without a consumer group, the stack through Docker.

import {
  type AddressError,
  addressErrorOf,
} from "../../kafka/address_error.ts";
import type { KafkaClient } from "../../kafka/client_types.ts";
import type {
  PartitionOffsets,
  Tail,
  TailRead,
} from "../../kafka/tail_reader.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { attempt, type Result } from "../../lib/result.ts";
import { formatAddress } from "../../lib/address.ts";
import type { Configured } from "../../producer/config/settings.ts";
import { createDocker, type Docker } from "../docker/docker.ts";
import { askContainer } from "../producer/producer_container.ts";
import { askProducer } from "../../lib/producer_status.ts";
import type { Observations } from "./observations.ts";
import { observeStack } from "./observe_stack.ts";
import type { StackObservation } from "./stack_observation.ts";
import type { Target } from "./verify_target.ts";

const tailLength = 100n;

async function readNewest(
  tail: Tail,
  topic: string,
  offsets: readonly PartitionOffsets[],
): Promise<TailRead> {
  const parts = await Promise.all(
    offsets.filter(({ start, end }) => end > start)
      .map(({ partition, start, end }) => {
        const from = end - tailLength > start ? end - tailLength : start;
        return tail.read(topic, { partition, from, to: end });
      }),
  );
  const records = parts.flatMap((part) => part.records);
  // Within a partition the offset decides: one alone is not sorted by time,
  // and the sort of several is stable.
  if (parts.length > 1) records.sort((a, b) => a.timestampMs - b.timestampMs);
  return { records, unreadable: parts.flatMap((part) => part.unreadable) };
}

async function observeTopic(
  client: KafkaClient,
  name: string,
): Promise<
  & Pick<Observations, "nowMs" | "topic" | "offsets">
  & Pick<Observations, "records" | "unreadable" | "addressFault">
> {
  const nothing = { offsets: [], records: [], unreadable: [] };
  let addressFault: AddressError | undefined;
  async function read() {
    // First: a missing topic would hide that sends cannot arrive.
    await client.reachBroker();
    const [admin, tail] = await Promise.all([
      client.openAdmin(),
      client.openTail(),
    ]);
    try {
      const topic = await admin.describeTopic(name);
      if (topic === undefined) return { topic, ...nothing };
      const offsets = await tail.offsets(name);
      return { topic, offsets, ...await readNewest(tail, name, offsets) };
    } finally {
      await Promise.all([admin.close(), tail.close()]);
    }
  }
  const observed = await attempt(() =>
    read().catch((error) => {
      addressFault = addressErrorOf(error);
      throw error;
    })
  );
  // Observing the containers takes longer and would make the records look old.
  const nowMs = Date.now();
  if (!observed.ok) return { nowMs, topic: observed, addressFault, ...nothing };
  const { topic, ...found } = observed.value;
  return { nowMs, topic: { ok: true, value: topic }, ...found };
}

async function observeCompose(
  { kind, compose }: Target,
  topic: string,
  docker: Docker,
): Promise<Result<StackObservation> | undefined> {
  if (compose === undefined) return undefined;
  const stack = await observeStack(compose, topic, docker);
  const exists = stack.ok && stack.value.containers.length > 0;
  return exists || kind === "compose" ? stack : undefined;
}

export async function observe(
  { config, source }: Configured,
  client: KafkaClient,
  target: Target,
): Promise<Observations> {
  const adminAddress = config.admin && formatAddress(config.admin);
  const { name } = config.topic;
  const docker = createDocker();
  const stack = observeCompose(target, name, docker);
  const [compose, containerProducer, producer, topic] = await Promise.all([
    stack,
    stack.then((seen) =>
      seen?.ok ? askContainer(seen.value.containers, docker) : undefined
    ),
    adminAddress === undefined
      ? { ok: false as const, error: "ADMIN_ADDRESS is off" }
      : askProducer(adminAddress),
    observeTopic(client, name),
  ]);
  const running = [containerProducer, producer].find((one) => one?.ok);
  const status = running?.ok ? running.value : undefined;
  return {
    target: target.kind,
    bootstrap: config.brokers.map(formatAddress).join(","),
    spec: topicSpec(config.topic),
    ids: source.ids,
    intervalMs: (status?.intervalSeconds ?? config.intervalMs / 1000) * 1000,
    timeoutMs: (status?.timeoutSeconds ?? config.timeoutMs / 1000) * 1000,
    unchanged: status?.unchanged ?? config.unchanged,
    adminAddress,
    producer,
    containerProducer,
    compose,
    ...topic,
  };
}
