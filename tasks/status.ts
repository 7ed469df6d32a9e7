/**
 * `deno task status`: what runs, and how far along it is.
 *
 * @module
 */

import { formatAddress } from "../lib/address.ts";
import { peekOutbox } from "../producer/outbox/peek_outbox.ts";
import { realPorts } from "../lib/merge_settings.ts";
import {
  type Backlog,
  backlogOf,
  backlogText,
  leftBacklog,
} from "./producer/backlog.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { readStack } from "./stack/choice/choose_stack.ts";
import { readConfig } from "./cli/read_config.ts";
import { result } from "./cli/print.ts";
import { serviceTable } from "./stack/service_table.ts";
import { composeSettings } from "./stack/compose/compose_settings.ts";
import { createDocker } from "./docker/docker.ts";
import { inspectProject } from "./docker/inspect.ts";
import { askContainer } from "./producer/producer_container.ts";
import type { Result } from "../lib/result.ts";
import { askProducer } from "./verify/observe.ts";
import type { FullStatus } from "./producer/producer_status.ts";

/** What a producer that is not there left behind, if it left anything. */
function lookInto(stateDir: string): Backlog | undefined {
  const left = peekOutbox(stateDir);
  return left && leftBacklog(left, Date.now());
}

/** The producer in its container; `undefined` when none runs. */
async function askContained(): Promise<Result<FullStatus> | undefined> {
  const { project } = composeSettings(realPorts);
  const docker = createDocker();
  const containers = await inspectProject(docker, project).catch(() => []);
  const container = containers.find(({ service, status }) =>
    service === "crypto-producer" && status === "running"
  );
  return container && await askContainer(container, docker);
}

const command: Command = {
  name: "status",
  help: `Shows what runs, and how far along it is.

Usage: deno task status [--json] [--stack=native|compose]

Exit code 0 also when nothing runs: deno task verify is the judge.`,
  flags: { boolean: ["json"], string: ["stack"] },
  async run(flags) {
    const config = readConfig();
    const stack = readStack(config, flags.value("stack"));
    const services = await stack.status();
    const admin = config.admin && formatAddress(config.admin);
    const direct = admin === undefined ? undefined : await askProducer(admin);
    const asked = direct?.ok || stack.kind === "native"
      ? direct
      : await askContained() ?? direct;
    const backlog = asked?.ok
      ? backlogOf(asked.value.all)
      : lookInto(config.stateDir);
    if (flags.has("json")) {
      const producer = asked?.ok ? asked.value.all : null;
      const outbox = backlog ?? null;
      const all = { stack: stack.kind, services, producer, outbox };
      result(JSON.stringify(all, null, 2));
      return 0;
    }
    result(`stack    ${stack.kind}`);
    serviceTable(services).forEach((line) => result(line));
    if (!asked?.ok) {
      result(`producer none answers${admin ? ` at ${admin}` : ""}`);
    } else {
      const { ready, reasons, pid, published } = asked.value;
      const word = ready ? "ready" : "NOT READY";
      const where = asked === direct
        ? `${admin} ${word}, pid ${pid}`
        : `in its container, ${word}`;
      result(`producer ${where}, published ${published}`);
      for (const reason of reasons) result(`         ${reason}`);
    }
    if (backlog !== undefined) result(`outbox   ${backlogText(backlog)}`);
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
