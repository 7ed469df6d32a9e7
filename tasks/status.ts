// `deno task status`: what runs, and what waits for Kafka.

import { formatAddress } from "../lib/address.ts";
import { realPorts } from "../lib/merge_settings.ts";
import type { Result } from "../lib/result.ts";
import type { Config } from "../producer/config/config.ts";
import { peekOutbox } from "../producer/outbox/peek_outbox.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { result } from "./cli/print.ts";
import { readConfig } from "./cli/read_config.ts";
import { createDocker } from "./docker/docker.ts";
import { inspectProject } from "./docker/inspect.ts";
import {
  type Backlog,
  formatBacklog,
  leftBacklog,
  parseBacklog,
} from "./producer/backlog.ts";
import { askContainer } from "./producer/producer_container.ts";
import { askProducer, type ProducerStatus } from "../lib/producer_status.ts";
import { readStack } from "./stack/choice/choose_stack.ts";
import { composeSettings } from "./stack/compose_settings.ts";
import { serviceTable } from "./stack/service_table.ts";
import type { StackKind } from "./stack/stack.ts";

/** The producer at `ADMIN_ADDRESS`, else the one in its container. */
async function findProducer(address: string | undefined, kind: StackKind) {
  const direct = address === undefined ? undefined : await askProducer(address);
  if (!direct?.ok && kind === "compose") {
    const { project } = composeSettings(realPorts);
    const docker = createDocker();
    const containers = await inspectProject(docker, project).catch(() => []);
    const status = await askContainer(containers, docker);
    if (status !== undefined) return { status, address: undefined };
  }
  return direct && { status: direct, address };
}

function findBacklog(
  producer: Result<ProducerStatus> | undefined,
  { stateDir }: Config,
): Backlog | undefined {
  if (producer?.ok) return parseBacklog(producer.value.raw);
  const left = peekOutbox(stateDir);
  return left && leftBacklog(left, Date.now());
}

const command: Command = {
  name: "status",
  help: `Shows what runs, and what waits for Kafka.

Usage: deno task status [--json] [--stack=native|compose]

Exits with 0 even when nothing runs; deno task verify judges.`,
  flags: { boolean: ["json"], string: ["stack"] },
  async run(flags) {
    const config = readConfig();
    const stack = readStack(config, flags.value("stack"));
    const services = await stack.status();
    const address = config.admin && formatAddress(config.admin);
    const found = await findProducer(address, stack.kind);
    const producer = found?.status;
    const backlog = findBacklog(producer, config);
    if (flags.has("json")) {
      const all = {
        stack: stack.kind,
        services,
        producer: producer?.ok ? producer.value.raw : null,
        outbox: backlog ?? null,
      };
      result(JSON.stringify(all, null, 2));
      return 0;
    }
    result(`stack    ${stack.kind}`);
    serviceTable(services).forEach((line) => result(line));
    if (producer?.ok) {
      const { ready, reasons, pid, published } = producer.value;
      const state = ready ? "ready" : "NOT READY";
      const where = found?.address === undefined
        ? `in its container, ${state}`
        : `${found.address} ${state}, pid ${pid}`;
      result(`producer ${where}, published ${published}`);
      for (const reason of reasons) result(`         ${reason}`);
    } else {
      result(`producer none found${address ? ` at ${address}` : ""}`);
    }
    if (backlog !== undefined) result(`outbox   ${formatBacklog(backlog)}`);
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
