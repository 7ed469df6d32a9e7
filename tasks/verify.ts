// `deno task verify`: proves that data flows.

import { createKafkaClient } from "../kafka/client.ts";
import { delay } from "../lib/clock.ts";
import { UsageError } from "../lib/errors.ts";
import { realPorts } from "../lib/merge_settings.ts";
import { openKeys } from "../kafka/open_keys.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { progress, result } from "./cli/print.ts";
import { readConfigAndSource } from "./cli/read_config.ts";
import { checkLakeApart } from "./lake/verify_child.ts";
import { recordedKind } from "./stack/choice/choose_stack.ts";
import { composeSettings } from "./stack/compose_settings.ts";
import { runChecks } from "./verify/checks.ts";
import { type CheckResult, noneFailed } from "./verify/finding.ts";
import { observe } from "./verify/observe.ts";
import { jsonReport, table } from "./verify/verify_report.ts";
import { verifyTarget } from "./verify/verify_target.ts";

/** A duration as typed: `500ms`, `60s`, `5m`, or a number of seconds. */
function parseDuration(text: string): number {
  const match = /^(\d{1,7})(ms|s|m)?$/.exec(text);
  const unit = { ms: 1, s: 1000, m: 60_000 }[match?.[2] ?? "s"] ?? 0;
  if (match === null) {
    throw new UsageError(`--wait is "${text}": expected 500ms, 60s or 5m`);
  }
  return Number(match[1]) * unit;
}

const pauseMs = 500;

const command: Command = {
  name: "verify",
  help: `Proves that data flows: checks the Compose stack's containers,
listeners and UI, any stack's broker, topic, producer and newest records, and
the lake in its container or in LAKE_DIR, if there is one.

Usage: deno task verify [--wait=60s] [--json] [--stack=compose|native]

  --wait=TIME   repeat until all checks pass, at most this long (default 0)
  --json        one JSON object on stdout instead of the table
  --stack=KIND  the stack to check (default: the one that setup started)

Exit code 0: data flows. 1: a check failed; its next step is shown.`,
  flags: { boolean: ["json"], string: ["wait", "stack"] },
  async run(flags) {
    const waitMs = parseDuration(flags.value("wait") ?? "0");
    const configured = readConfigAndSource();
    const { config } = configured;
    const client = createKafkaClient({
      brokers: config.brokers,
      clientId: `${config.clientId}-verify`,
      keys: await openKeys(config.access, realPorts.readText),
    });
    const kinds = { asked: flags.value("stack"), recorded: recordedKind() };
    const target = verifyTarget(
      kinds,
      config,
      () => composeSettings(realPorts),
    );
    const deadline = performance.now() + waitMs;
    let results: CheckResult[] = [];
    let waitingFor = "";
    while (true) {
      results = runChecks(await observe(configured, client, target));
      const left = deadline - performance.now();
      // It takes a second or two: once, when the rest has been waited for.
      if (noneFailed(results) || left <= 0) {
        results.push(...await checkLakeApart(target.kind));
      }
      const failed = results.find(({ verdict }) => verdict === "fail");
      if (failed === undefined || left <= 0) break;
      if (failed.name !== waitingFor) {
        waitingFor = failed.name;
        progress(`Waiting for ${failed.name}: ${failed.detail}`);
      }
      await delay(Math.min(pauseMs, left));
    }
    if (flags.has("json")) result(jsonReport(results));
    else table(results).forEach((line) => result(line));
    return noneFailed(results) ? 0 : 1;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
