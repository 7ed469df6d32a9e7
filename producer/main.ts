// The producer: wiring only. Settings in, exit code out.

import {
  describeConfig,
  helpText,
  parseCommand,
  type ProducerCommand,
} from "./config/args.ts";
import { systemClock } from "../lib/clock.ts";
import { exitOf } from "../lib/exit.ts";
import { accessWarnings } from "../kafka/access.ts";
import { createLineQueue } from "../lib/line_queue.ts";
import { writeLine } from "../lib/output.ts";
import { httpFetch } from "./config/http_fetch.ts";
import { needsOf } from "./config/permissions.ts";
import { checkPermissions, hasPermission } from "../lib/needs.ts";
import { configure, type Configured, openKeys } from "./config/settings.ts";
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
  const keys = await openKeys(config);
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

/** Prints the reason for the end, but never waits for a reader that is gone. */
async function complain(lines: readonly string[]): Promise<void> {
  await using queue = createLineQueue({
    stream: Deno.stderr,
    maxBytes: 64 * 1024,
    flushTimeoutMs: () => 300,
    noteOf: (dropped) => `produce: ${dropped} lines were dropped here`,
  });
  for (const line of lines) queue.write(line);
}

async function main(): Promise<number> {
  try {
    return await perform(parseCommand(Deno.args));
  } catch (error) {
    const { code, lines } = exitOf(error, "produce", { help: false });
    await complain(lines);
    return code;
  }
}

Deno.exit(await main());
