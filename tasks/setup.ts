/**
 * `deno task setup`: the stack up and ready, the topic there.
 *
 * @module
 */

import type { Config } from "../producer/config/config.ts";
import { CommandError, messageOf, UsageError } from "../lib/errors.ts";
import { createKafkaClient } from "../kafka/client.ts";
import type { TopicChange } from "../kafka/topic_admin.ts";
import { topicSpec } from "../kafka/topic_spec.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { readConfig } from "./cli/read_config.ts";
import { progress, result } from "./cli/print.ts";
import { serviceTable } from "./stack/service_table.ts";
import {
  chooseKind,
  envPath,
  openComposeStack,
  openStack,
  recordedKind,
  recordKind,
} from "./stack/choice/choose_stack.ts";
import { keepInEnv } from "./stack/env_file.ts";
import { setUpCompose } from "./stack/compose/compose_setup.ts";
import type { Stack, StackKind } from "./stack/stack.ts";
import { defaultPorts } from "./stack/stack_defaults.ts";

/** How long a broker that serves may take until it makes a topic. */
const topicDeadlineMs = 60_000;
const topicPauseMs = 500;

/**
 * Makes the topic on a broker that was just started. Its port is open a moment
 * before its controller answers, and much longer on a busy machine.
 *
 * @throws {CommandError} when it is not made by the deadline.
 */
export async function ensureTopic(
  config: Config,
  port: number,
): Promise<TopicChange> {
  const client = createKafkaClient({
    brokers: [{ host: "localhost", port }],
    clientId: `${config.clientId}-setup`,
  });
  const deadline = performance.now() + topicDeadlineMs;
  for (let isFirst = true;; isFirst = false) {
    try {
      const admin = await client.openAdmin();
      try {
        return await admin.ensureTopic(topicSpec(config.topic));
      } finally {
        await admin.close();
      }
    } catch (error) {
      if (performance.now() > deadline) throw error;
      if (isFirst) progress(`Waiting for the topic: ${messageOf(error)}`);
      await new Promise((resolve) => setTimeout(resolve, topicPauseMs));
    }
  }
}

async function refuseBesideOther(
  kind: StackKind,
  config: Config,
): Promise<void> {
  const other = recordedKind();
  if (other === undefined || other === kind) return;
  const services = await openStack(
    chooseKind(other, undefined),
    config.hostPort,
  ).status();
  if (services.every(({ state }) => state === "stopped")) return;
  throw new CommandError(
    `the ${other} stack runs`,
    `stop it first: deno task stop (its data is kept)`,
  );
}

/** The stack up, and what has to last in `.env`. */
interface Started {
  readonly stack: Stack;
  readonly keep: Readonly<Record<string, string>>;
}

async function setUpNative(config: Config): Promise<Started> {
  const { hostPort } = config;
  const stack = openStack("native", hostPort);
  await stack.up(progress);
  const isMoved = hostPort !== defaultPorts.kafka;
  const keep = isMoved ? { KAFKA_HOST_PORT: String(hostPort) } : {};
  return { stack, keep };
}

const flagsOfCompose = ["standalone", "kraft", "zookeeper", "producer"];

const command: Command = {
  name: "setup",
  help: `Checks the machine, starts the stack, waits for its health, creates
the topic.

Usage: deno task setup [--standalone] [--kraft] [--producer] [--stack=KIND]

  --standalone  without PART-A, on a network of its own
  --kraft       without ZooKeeper (its data is kept apart; --zookeeper returns)
  --producer    start the producer's container too
  --stack=KIND  compose (default), or native: one real Kafka broker as a plain
                Java process

Safe to repeat. KAFKA_HOST_PORT, KAFKA_UI_HOST_PORT and ZOOKEEPER_HOST_PORT move
the ports.`,
  flags: { boolean: flagsOfCompose, string: ["stack"] },
  async run(flags) {
    const config = readConfig();
    const kind = chooseKind(flags.value("stack"), recordedKind());
    const odd = flagsOfCompose.find((name) => flags.has(name));
    if (kind === "native" && odd !== undefined) {
      throw new UsageError(`--${odd} is for the Compose stack, not the native`);
    }
    if (flags.has("kraft") && flags.has("zookeeper")) {
      throw new UsageError("--kraft and --zookeeper: expected one of them");
    }
    await refuseBesideOther(kind, config);
    const { stack, keep } = kind === "native"
      ? await setUpNative(config)
      : await setUpCompose(flags);
    recordKind(kind);
    keepInEnv(envPath, keep);
    const { hostPort } = config;
    const { created, changed } = await ensureTopic(config, hostPort);
    const { name } = config.topic;
    if (created) progress(`Topic ${name} created.`);
    for (const change of changed) progress(`Topic ${name} mended: ${change}`);
    if (flags.has("producer")) await openComposeStack().startProducer(progress);
    serviceTable(await stack.status()).forEach((line) => result(line));
    result(`topic    ${name}`);
    if (flags.has("producer")) {
      progress("Next: deno task verify --wait=60s");
      return 0;
    }
    progress("Next, in two terminals:");
    progress("  deno task produce");
    progress("  deno task verify --wait=60s");
    if (kind === "compose") {
      progress("or the producer as a container: deno task produce --container");
    }
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
