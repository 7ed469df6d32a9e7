// `deno task setup`: starts the stack and creates the topic.

import type { Config } from "../producer/config/config.ts";
import { CommandError, UsageError } from "../lib/errors.ts";
import { type Command, type Flags, runCommand } from "./cli/command.ts";
import { readConfig } from "./cli/read_config.ts";
import { progress, result } from "./cli/print.ts";
import { ensureTopic } from "./stack/ensure_topic.ts";
import { serviceTable } from "./stack/service_table.ts";
import {
  chooseKind,
  openStack,
  readStackRecord,
  recordedKind,
  writeStackRecord,
} from "./stack/choice/choose_stack.ts";
import { type Keeping, setUpCompose } from "./stack/compose/compose_setup.ts";
import type { Stack, StackKind } from "./stack/stack.ts";
import { type Profile, profiles } from "./stack/services.ts";
import { setUpLake } from "./lake/container_setup.ts";
import { withStack } from "./stack/stack_record.ts";
import { defaultKafkaPort } from "./stack/stack_defaults.ts";

const composeFlags = [
  "standalone",
  "kraft",
  "zookeeper",
  "producer",
  ...profiles.flatMap((name) => [name, `no-${name}`]),
];

function kindOf(flags: Flags): StackKind {
  const kind = chooseKind(flags.value("stack"), recordedKind());
  const odd = composeFlags.find((name) => flags.has(name));
  if (kind === "native" && odd !== undefined) {
    throw new UsageError(`--${odd} only applies to --stack=compose`);
  }
  if (flags.has("kraft") && flags.has("zookeeper")) {
    throw new UsageError("--kraft and --zookeeper: expected one of them");
  }
  for (const name of profiles) {
    if (flags.has(name) && flags.has(`no-${name}`)) {
      throw new UsageError(`--${name} and --no-${name}: expected one of them`);
    }
  }
  return kind;
}

/** The profiles that the flags name, with or without `no-`. */
function profilesOf(flags: Flags): Partial<Record<Profile, boolean>> {
  return Object.fromEntries(
    profiles.filter((name) => flags.has(name) || flags.has(`no-${name}`))
      .map((name) => [name, flags.has(name)]),
  );
}

async function refuseSecondStack(
  kind: StackKind,
  config: Config,
): Promise<void> {
  const recorded = recordedKind();
  if (recorded === undefined || recorded === kind) return;
  const other = openStack(chooseKind(recorded, undefined), config.hostPort);
  const services = await other.status();
  if (services.every(({ state }) => state === "stopped")) return;
  throw new CommandError(
    `the ${recorded} stack is running`,
    "stop it first: deno task stop (its data is kept)",
  );
}

/** The record of a stack, which `setup` writes before it starts anything. */
function keeping(kind: StackKind): Keeping {
  const before = readStackRecord();
  return {
    keep: (variables) => writeStackRecord(withStack(before, kind, variables)),
    takeBack: () => writeStackRecord(before),
  };
}

async function setUpNative(
  { hostPort }: Config,
  { keep }: Keeping,
): Promise<Stack> {
  const stack = openStack("native", hostPort);
  const isMoved = hostPort !== defaultKafkaPort;
  const variables = isMoved ? { KAFKA_HOST_PORT: String(hostPort) } : {};
  await stack.up(progress, () => keep(variables));
  return stack;
}

const command: Command = {
  name: "setup",
  help: `Checks the machine, starts the stack, waits until it is healthy and
creates the topic.

Usage: deno task setup [--standalone] [--kraft] [--producer] [--lake]
                       [--observe] [--stack=KIND]

  --standalone  without PART-A, on a network of its own; remembered until
                PART-A is running
  --kraft       without ZooKeeper, with separate data (--zookeeper switches back)
  --producer    start the producer's container too
  --lake        the lake's container too; remembered (--no-lake removes it, and
                keeps its data)
  --observe     Prometheus and Grafana too, with dashboards and alerts;
                remembered (--no-observe removes them, and keeps their data)
  --stack=KIND  compose (default), or native: one real Kafka broker as a plain
                Java process

Safe to repeat. KAFKA_HOST_PORT, KAFKA_UI_HOST_PORT, ZOOKEEPER_HOST_PORT,
LAKE_HOST_PORT, PROMETHEUS_HOST_PORT and GRAFANA_HOST_PORT change the ports.`,
  flags: { boolean: composeFlags, string: ["stack"] },
  async run(flags) {
    const config = readConfig();
    const kind = kindOf(flags);
    await refuseSecondStack(kind, config);
    const compose = kind === "compose"
      ? await setUpCompose({
        standalone: flags.has("standalone"),
        mode: (["kraft", "zookeeper"] as const)
          .find((name) => flags.has(name)),
        profiles: profilesOf(flags),
        ...keeping(kind),
      })
      : undefined;
    const stack = compose ?? await setUpNative(config, keeping(kind));
    const { created, changed } = await ensureTopic(config, config.hostPort);
    const { name } = config.topic;
    if (created) progress(`Topic ${name} created.`);
    for (const change of changed) progress(`Topic ${name} updated: ${change}`);
    if (flags.has("producer")) await compose?.startProducer(progress);
    if (compose?.hasLake) await setUpLake(compose, progress);
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
