// `deno task produce`: the producer in the foreground, with only the
// permissions that it needs, or as a container.
//
// In the foreground this program stands between the terminal and the producer,
// which may not start programs and so cannot ask Docker for another producer.

import { formatAddress } from "../lib/address.ts";
import { exitOf } from "../lib/exit.ts";
import { realPorts } from "../lib/merge_settings.ts";
import { projectDir } from "../lib/project.ts";
import { stopSignals } from "../lib/stop_signals.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { progress, result } from "./cli/print.ts";
import { readConfig } from "./cli/read_config.ts";
import { networkOf } from "./docker/container.ts";
import { createDocker } from "./docker/docker.ts";
import { inspectProject } from "./docker/inspect.ts";
import { start } from "./host/run_process.ts";
import { producerArgs, trustVariables } from "./producer/producer_args.ts";
import {
  isContainerRunning,
  secondProducerError,
} from "./producer/producer_container.ts";
import { askProducer } from "../lib/producer_status.ts";
import { openComposeStack } from "./stack/choice/choose_stack.ts";
import type { ComposeStack } from "./stack/compose/compose_stack.ts";
import { composeSettings } from "./stack/compose_settings.ts";
import { serviceTable } from "./stack/service_table.ts";

/** Flags of this command; all others are the producer's. */
const ownFlags = ["--container", "--restart", "--beside"];

async function refuseBesideDirect(): Promise<void> {
  const { admin } = readConfig();
  if (admin === undefined) return;
  const address = formatAddress(admin);
  const status = await askProducer(address);
  if (!status.ok) return;
  throw secondProducerError(
    `a producer runs on this machine (pid ${status.value.pid}, ${address})`,
    "Ctrl-C in its terminal",
  );
}

async function refuseBesideContainer(): Promise<void> {
  const name = `${composeSettings(realPorts).prefix}-producer`;
  if (!await isContainerRunning(createDocker(), name)) return;
  throw secondProducerError(
    `the container ${name} runs`,
    "docker compose stop crypto-producer",
  );
}

const containerCommand: Command = {
  name: "produce",
  help: `Runs the producer as the container crypto-producer.

Usage: deno task produce --container [--restart] [--beside]

  --container  run it as a container of the Compose stack
  --restart    restart the container with the current code and .env
  --beside     even if another producer runs

Without --container it runs in the foreground: deno task produce --help`,
  flags: { boolean: ["container", "restart", "beside"] },
  async run(flags) {
    if (!flags.has("beside")) await refuseBesideDirect();
    const stack = await openRunningStack();
    if (flags.has("restart")) await stack.restartProducer(progress);
    else await stack.startProducer(progress);
    serviceTable(await stack.status()).forEach((line) => result(line));
    progress("Follow its log: deno task logs crypto-producer -f");
    return 0;
  },
};

/** The Compose stack, on the network of its containers where no setting names one. */
async function openRunningStack(): Promise<ComposeStack> {
  const { network: set, project } = composeSettings(realPorts);
  const network = set ??
    networkOf(await inspectProject(createDocker(), project).catch(() => []));
  return openComposeStack(network);
}

async function runInForeground(args: readonly string[]): Promise<number> {
  const producer = start(Deno.execPath(), [...producerArgs, ...args], {
    cwd: projectDir,
    env: trustVariables(realPorts),
    stdin: "inherit",
    output: "inherit",
  });
  for (const signal of stopSignals(Deno.build.os)) {
    Deno.addSignalListener(signal, () => producer.kill(signal));
  }
  return (await producer.ended).code;
}

async function produce(args: readonly string[]): Promise<number> {
  if (args.includes("--container") || args.includes("--restart")) {
    return await runCommand(containerCommand, args);
  }
  const own = args.filter((arg) => !ownFlags.includes(arg));
  const isHelp = own.includes("--help") || own.includes("-h");
  if (!isHelp && !own.includes("--check") && !args.includes("--beside")) {
    try {
      await refuseBesideContainer();
    } catch (error) {
      const { code, lines } = exitOf(error, "produce");
      lines.forEach(progress);
      return code;
    }
  }
  const code = await runInForeground(own);
  if (isHelp) {
    result("");
    result("As a container: deno task produce --container [--restart]");
    result("Beside another producer: add --beside");
  }
  return code;
}

if (import.meta.main) Deno.exit(await produce(Deno.args));
