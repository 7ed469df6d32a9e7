/**
 * `deno task verify`: proves that data flows.
 *
 * @module
 */

import type { Config } from "../producer/config/config.ts";
import { UsageError } from "../lib/errors.ts";
import { createKafkaClient } from "../kafka/client.ts";
import { openKeys } from "../producer/config/settings.ts";
import { realPorts } from "../lib/merge_settings.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { readConfig } from "./cli/read_config.ts";
import { progress, result } from "./cli/print.ts";
import { chooseKind, recordedKind } from "./stack/choice/choose_stack.ts";
import { allWell, type CheckResult, runChecks } from "./verify/checks.ts";
import { composePlace } from "./verify/compose_place.ts";
import { observe } from "./verify/observe.ts";
import { jsonReport, table } from "./verify/verify_report.ts";
import { type Surroundings, whichStack } from "./verify/which_stack.ts";

/**
 * A duration as typed: `500ms`, `60s`, `5m`, or a number of seconds.
 *
 * @throws {UsageError} for anything else.
 */
export function parseDuration(text: string): number {
  const match = /^(\d{1,7})(ms|s|m)?$/.exec(text);
  const unit = { ms: 1, s: 1000, m: 60_000 }[match?.[2] ?? "s"] ?? 0;
  if (match === null) {
    throw new UsageError(`--wait is "${text}": expected 500ms, 60s or 5m`);
  }
  return Number(match[1]) * unit;
}

const pauseMs = 500;

function surroundings(asked: string | undefined, config: Config): Surroundings {
  const kind = (word: string | undefined) =>
    word === undefined ? undefined : chooseKind(word, undefined);
  const stack = whichStack(kind(asked), kind(recordedKind()), config);
  const looks = stack === "compose" || stack === "unknown";
  return { stack, ...looks ? { place: composePlace(realPorts) } : {} };
}

const command: Command = {
  name: "verify",
  help: `Proves that data flows: containers, listeners and UI of the Compose
stack; broker, topic, producer and newest records of any.

Usage: deno task verify [--wait=60s] [--json] [--stack=compose|native]

  --wait=TIME   try again until all is well, at most that long (default 0)
  --json        one JSON object on stdout instead of the table
  --stack=KIND  the stack to look at (default: the one that setup started)

Exit code 0: data flows. 1: a check failed; its next step is shown.`,
  flags: { boolean: ["json"], string: ["wait", "stack"] },
  async run(flags) {
    const waitMs = parseDuration(flags.value("wait") ?? "0");
    const config = readConfig();
    const client = createKafkaClient({
      brokers: config.brokers,
      clientId: `${config.clientId}-verify`,
      keys: await openKeys(config),
    });
    const around = surroundings(flags.value("stack"), config);
    const deadline = performance.now() + waitMs;
    let results: CheckResult[] = [];
    let waiting = "";
    while (true) {
      results = runChecks(await observe(config, client, around));
      const left = deadline - performance.now();
      if (allWell(results) || left <= 0) break;
      const failed = results.find(({ verdict }) => verdict === "fail");
      if (failed !== undefined && failed.name !== waiting) {
        waiting = failed.name;
        progress(`Waiting for ${failed.name}: ${failed.detail}`);
      }
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(pauseMs, left))
      );
    }
    if (flags.has("json")) result(jsonReport(results));
    else table(results).forEach((line) => result(line));
    return allWell(results) ? 0 : 1;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
