// The producer: wiring only. Settings in, exit code out.

import {
  describeConfig,
  helpText,
  parseCommand,
  type ProducerCommand,
} from "./config/args.ts";
import { systemClock } from "../lib/clock.ts";
import { complain } from "../lib/complain.ts";
import { exitOf } from "../lib/exit.ts";
import { accessWarnings } from "../kafka/access.ts";
import { writeLine } from "../lib/output.ts";
import { httpFetch } from "../lib/http_fetch.ts";
import { needsOf } from "./config/permissions.ts";
import { checkPermissions, hasPermission } from "../lib/needs.ts";
import { openKeys } from "../kafka/open_keys.ts";
import { configure, type Configured } from "./config/settings.ts";
import { realPorts } from "../lib/merge_settings.ts";

function check(configured: Configured): void {
  const { config, source } = configured;
  const print = (line: string) => writeLine(Deno.stdout, line);
  for (const [name, value] of Object.entries(describeConfig(configured))) {
    print(`${name}=${value}`);
  }
  source.notes?.forEach(print);
  const warnings = [
    ...source.warnings ?? [],
    ...source.advice ?? [],
    ...accessWarnings(config.access),
  ];
  warnings.forEach(warn);
}

function warn(warning: string): void {
  writeLine(Deno.stderr, `warning: ${warning}`);
}

async function perform(command: ProducerCommand): Promise<number> {
  if (command.kind === "help") {
    writeLine(Deno.stdout, helpText());
    return 0;
  }
  const configured = configure(command.flags, {
    ...realPorts,
    clock: systemClock,
    fetch: httpFetch,
  });
  const { config, source } = configured;
  checkPermissions(needsOf(config, source.hosts), hasPermission);
  const keys = await openKeys(config.access, realPorts.readText);
  if (command.kind === "check") {
    check(configured);
    const { checkBrokers } = await import("./check_brokers.ts");
    const warning = await checkBrokers(config, keys);
    if (warning !== undefined) warn(warning);
    const { checkSize } = await import("./check_size.ts");
    const size = await checkSize(configured, keys, warning === undefined);
    writeLine(Deno.stdout, size.note);
    if (size.warning !== undefined) warn(size.warning);
    return 0;
  }
  // Imported lazily, so that the mistakes above are reported without delay.
  const { runProducer } = await import("./run.ts");
  return await runProducer(configured, keys, systemClock);
}

async function main(): Promise<number> {
  try {
    return await perform(parseCommand(Deno.args));
  } catch (error) {
    const { code, lines } = exitOf(error, "produce", { help: false });
    await complain("produce", lines);
    return code;
  }
}

Deno.exit(await main());
