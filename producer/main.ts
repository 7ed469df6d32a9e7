/**
 * The producer: wiring only. Settings in, exit code out.
 *
 * @module
 */

import { budgetOf } from "./sources/coingecko_budget.ts";
import {
  describeConfig,
  helpText,
  parseCommand,
  type ProducerCommand,
} from "./config/args.ts";
import { systemClock } from "../lib/clock.ts";
import { type Config, parseConfig } from "./config/config.ts";
import { CommandError, messageOf, UsageError } from "../lib/errors.ts";
import { accessWarnings } from "../kafka/access.ts";
import { createLineQueue } from "../lib/line_queue.ts";
import { writeLine } from "../lib/output.ts";
import { needsOf } from "./config/permissions.ts";
import { checkPermissions, hasPermission } from "../lib/needs.ts";
import { gatherSettings, inProject, openKeys } from "./config/settings.ts";
import { createSource } from "./sources/mod.ts";

function check(config: Config): void {
  for (const [name, value] of Object.entries(describeConfig(config))) {
    writeLine(Deno.stdout, `${name}=${value}`);
  }
  const { callsPerMonth, shortfalls, advice } = budgetOf(config);
  writeLine(Deno.stdout, `calls per month: ${callsPerMonth}`);
  const warnings = [
    ...shortfalls,
    ...advice,
    ...accessWarnings(config.access),
  ];
  for (const warning of warnings) {
    writeLine(Deno.stderr, `warning: ${warning}`);
  }
}

async function perform(command: ProducerCommand): Promise<number> {
  if (command.kind === "help") {
    writeLine(Deno.stdout, helpText());
    return 0;
  }
  const config = inProject(parseConfig(gatherSettings(command.flags)));
  const ports = {
    clock: systemClock,
    fetch: (url: string, init: RequestInit) => fetch(url, init),
  };
  const source = createSource(config, ports);
  checkPermissions(needsOf(config, source.hosts), hasPermission);
  const keys = await openKeys(config);
  if (command.kind === "check") {
    check(config);
    return 0;
  }
  // Loaded here so that mistakes above are told without waiting for it.
  const { runProducer } = await import("./run.ts");
  return await runProducer(config, source, keys, systemClock);
}

/** Says why it ends, even where nobody takes it: then it ends all the same. */
async function complain(lines: readonly string[]): Promise<void> {
  await using queue = createLineQueue({
    stream: Deno.stderr,
    limit: 64 * 1024,
    lastMs: () => 300,
    noteOf: (dropped) => `produce: ${dropped} lines are missing here`,
  });
  for (const line of lines) queue.write(line);
}

async function main(): Promise<number> {
  try {
    return await perform(parseCommand(Deno.args));
  } catch (error) {
    if (error instanceof UsageError) {
      const lines = error.message.split("\n");
      await complain(lines.map((line) => `produce: ${line}`));
      return 2;
    }
    const next = error instanceof CommandError ? [`Next: ${error.next}`] : [];
    await complain([`produce: ${messageOf(error)}`, ...next]);
    return 1;
  }
}

Deno.exit(await main());
