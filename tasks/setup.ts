/**
 * `deno task setup`: the stack up and ready, the topic there.
 *
 * @module
 */

import type { Config } from "../producer/config.ts";
import { Failure } from "../producer/errors.ts";
import { createKafkaClient } from "../producer/kafka.ts";
import type { TopicChange } from "../producer/kafka_topic.ts";
import { topicSpec } from "../producer/topic.ts";
import { type Command, runCommand } from "./command.ts";
import { readConfig } from "./context.ts";
import { progress, result } from "./output.ts";
import { serviceTable } from "./service_table.ts";
import {
  chooseKind,
  envPath,
  openStack,
  recordedKind,
  recordKind,
} from "./stack/choose.ts";
import { keepInEnv } from "./stack/env_file.ts";
import type { Stack } from "./stack/stack.ts";

const defaultHostPort = 9093;

/** Makes the topic on a broker that was just started. */
export async function ensureTopic(
  config: Config,
  port: number,
): Promise<TopicChange> {
  const admin = await createKafkaClient({
    brokers: [{ host: "localhost", port }],
    clientId: `${config.clientId}-setup`,
  }).openAdmin();
  try {
    return await admin.ensureTopic(topicSpec(config.topic));
  } finally {
    await admin.close();
  }
}

async function refuseBesideOther(stack: Stack, config: Config) {
  const other = recordedKind();
  if (other === undefined || other === stack.kind) return;
  const services = await openStack(
    chooseKind(other, undefined),
    config.hostPort,
  )
    .status();
  if (services.every(({ state }) => state === "stopped")) return;
  throw new Failure(
    `the ${other} stack runs`,
    `stop it first: deno task stop (its data is kept)`,
  );
}

const command: Command = {
  name: "setup",
  help: `Starts the stack, waits until it serves, creates the topic.

Usage: deno task setup --stack=native

  --stack=KIND  native: one real Kafka broker as a plain Java process
                compose: the containers (not part of this version)

Safe to repeat. KAFKA_HOST_PORT moves the broker's port.`,
  flags: { string: ["stack"] },
  async run(flags) {
    const config = readConfig();
    const kind = chooseKind(flags.value("stack"), recordedKind());
    const stack = openStack(kind, config.hostPort);
    await refuseBesideOther(stack, config);
    await stack.up(progress);
    recordKind(kind);
    const { hostPort } = config;
    keepInEnv(
      envPath,
      hostPort === defaultHostPort ? {} : { KAFKA_HOST_PORT: String(hostPort) },
    );
    const { created, changed } = await ensureTopic(config, hostPort);
    const { name } = config.topic;
    if (created) progress(`Topic ${name} created.`);
    for (const change of changed) progress(`Topic ${name} mended: ${change}`);
    serviceTable(await stack.status()).forEach((line) => result(line));
    result(`topic    ${name}`);
    progress("Next, in two terminals:");
    progress("  deno task produce");
    progress("  deno task verify --wait=60s");
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
