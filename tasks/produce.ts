/**
 * `deno task produce`: the producer in the foreground, with only the
 * permissions that it needs, or as a container.
 *
 * It stands in front of the producer, which may start no program and so cannot
 * ask Docker for another one. It passes each signal on and ends as it ends.
 *
 * @module
 */

import { producerArgs } from "./producer/producer_args.ts";
import { formatAddress } from "../lib/address.ts";
import { realPorts } from "../lib/merge_settings.ts";
import { projectDir } from "../lib/project.ts";
import { stopSignals } from "../lib/stop_signals.ts";
import { type Command, runCommand, runWork } from "./cli/command.ts";
import { readConfig } from "./cli/read_config.ts";
import { progress, result } from "./cli/print.ts";
import { serviceTable } from "./stack/service_table.ts";
import { openComposeStack } from "./stack/choice/choose_stack.ts";
import {
  isContainerRunning,
  secondProducerError,
} from "./producer/producer_container.ts";
import { composeSettings } from "./stack/compose/compose_settings.ts";
import { createDocker } from "./docker/docker.ts";
import { askProducer } from "./producer/producer_status.ts";

/** The words that are ours and not the producer's. */
const ownFlags = ["--container", "--restart", "--beside"];

/** Runs the producer until it ends, and gives its exit code. */
async function runDirectly(args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...producerArgs, ...args],
    cwd: projectDir,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  for (const signal of stopSignals(Deno.build.os)) {
    Deno.addSignalListener(signal, () => {
      try {
        child.kill(signal);
      } catch {
        // It has ended already.
      }
    });
  }
  return (await child.status).code;
}

const command: Command = {
  name: "produce",
  help: `Runs the producer as the container crypto-producer.

Usage: deno task produce --container [--restart] [--beside]

  --container  as a container of the Compose stack
  --restart    start the container anew, with the code and .env of now
  --beside     even if another producer runs

Without --container it runs in the foreground: deno task produce --help`,
  flags: { boolean: ["container", "restart", "beside"] },
  async run(flags) {
    const { admin } = readConfig();
    if (!flags.has("beside") && admin !== undefined) {
      const address = formatAddress(admin);
      const asked = await askProducer(address);
      if (asked.ok) {
        const { pid } = asked.value;
        throw secondProducerError(
          `a producer runs on this machine (pid ${pid}, ${address})`,
          "Ctrl-C in its terminal",
        );
      }
    }
    const stack = openComposeStack();
    if (flags.has("restart")) await stack.restartProducer(progress);
    else await stack.startProducer(progress);
    serviceTable(await stack.status()).forEach((line) => result(line));
    progress("Follow it: deno task logs crypto-producer -f");
    return 0;
  },
};

async function produce(args: readonly string[]): Promise<number> {
  const isContainer = args.some((arg) =>
    arg === "--container" || arg === "--restart"
  );
  if (isContainer) return await runCommand(command, args);
  const rest = args.filter((arg) => !ownFlags.includes(arg));
  const isHarmless = rest.some((arg) =>
    ["--help", "-h", "--check"].includes(arg)
  );
  if (!isHarmless && !args.includes("--beside")) {
    const name = `${composeSettings(realPorts).prefix}-producer`;
    if (await isContainerRunning(createDocker(), name)) {
      throw secondProducerError(
        `the container ${name} runs`,
        "docker compose stop crypto-producer",
      );
    }
  }
  const code = await runDirectly(rest);
  if (rest.includes("--help") || rest.includes("-h")) {
    result("");
    result("As a container: deno task produce --container [--restart]");
    result("Beside another producer: add --beside");
  }
  return code;
}

if (import.meta.main) {
  Deno.exit(await runWork("produce", () => produce(Deno.args)));
}
