/**
 * `deno task status`: what runs, and how far along it is.
 *
 * @module
 */

import { formatAddress } from "../producer/fields.ts";
import { peekOutbox } from "../producer/outbox/peek.ts";
import {
  type Backlog,
  backlogOf,
  backlogText,
  leftBacklog,
} from "./backlog.ts";
import { type Command, runCommand } from "./command.ts";
import { readConfig, readStack } from "./context.ts";
import { result } from "./output.ts";
import { serviceTable } from "./service_table.ts";
import { askProducer } from "./verify/observe.ts";

/** What a producer that is not there left behind, if it left anything. */
function lookInto(stateDir: string): Backlog | undefined {
  const left = peekOutbox(stateDir);
  return left && leftBacklog(left, Date.now());
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
    const asked = admin === undefined ? undefined : await askProducer(admin);
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
      result(`producer ${admin} ${word}, pid ${pid}, published ${published}`);
      for (const reason of reasons) result(`         ${reason}`);
    }
    if (backlog !== undefined) result(`outbox   ${backlogText(backlog)}`);
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
