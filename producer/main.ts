/**
 * The producer: wiring only. Settings in, exit code out.
 *
 * @module
 */

import { budgetOf } from "./budget.ts";
import {
  describeConfig,
  helpText,
  parseCommand,
  type ProducerCommand,
} from "./cli.ts";
import { systemClock } from "./clock.ts";
import { type Config, parseConfig } from "./config.ts";
import { Failure, messageOf, UsageError } from "./errors.ts";
import { accessWarnings } from "./kafka_access.ts";
import { writeLine } from "./output.ts";
import { checkPermissions, hasPermission, needsOf } from "./permissions.ts";
import { gatherSettings, inProject, openKeys } from "./settings.ts";
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

async function main(): Promise<number> {
  try {
    return await perform(parseCommand(Deno.args));
  } catch (error) {
    if (error instanceof UsageError) {
      for (const line of error.message.split("\n")) {
        writeLine(Deno.stderr, `produce: ${line}`);
      }
      return 2;
    }
    writeLine(Deno.stderr, `produce: ${messageOf(error)}`);
    if (error instanceof Failure) {
      writeLine(Deno.stderr, `Next: ${error.next}`);
    }
    return 1;
  }
}

Deno.exit(await main());
