// `deno task lake maintain --engine=spark`: fewer files, fewer snapshots.

import { CommandError, UsageError } from "../../../lib/errors.ts";
import { parseSetting } from "../../../lib/setting_parsers.ts";
import type { Command, Flags } from "../../cli/command.ts";
import { progress, result } from "../../cli/print.ts";
import { terminalWidth } from "../../../lib/terminal_width.ts";
import { formatJson, formatTable } from "../format_table.ts";
import { openJobs } from "./spark_place.ts";
import {
  failedSteps,
  lockLines,
  maintenanceRows,
  maintenanceTable,
} from "./spark_result.ts";
import {
  jobName,
  performOnSpark,
  placeFlag,
  placeHelp,
} from "./spark_session.ts";
import {
  keepDaysField,
  readSparkConfig,
  type SparkConfig,
} from "./spark_settings.ts";

/** @throws {CommandError} while a job writes: a lock may be its own. */
async function refuseBesideWriter(config: SparkConfig): Promise<void> {
  for (const jobs of await openJobs(config)) {
    const holder = await jobs.holder(jobName("run", config.prefix));
    if (holder === undefined) continue;
    throw new CommandError(
      `--clear-locks: ${holder} writes, and a lock may be its own`,
      "deno task lake stop --engine=spark, then clear them",
    );
  }
}

async function clearLocks(flags: Flags): Promise<number> {
  if (
    flags.has("dry-run") || flags.has("json") ||
    flags.value("keep") !== undefined
  ) {
    throw new UsageError(
      "--clear-locks does nothing else: expected no --dry-run, --keep or " +
        "--json beside it; lake verify names the locks",
    );
  }
  await refuseBesideWriter(readSparkConfig());
  const { events, stopped } = await performOnSpark("maintain", flags, {
    clearLocks: true,
  });
  if (stopped) return 130;
  lockLines(events).forEach((line) => result(line));
  return 0;
}

/** The command. */
export const command: Command = {
  name: "lake maintain --engine=spark",
  help: `Merges small files of PART-A's lake, expires old snapshots and removes
what no snapshot needs. Safe beside lake run.

Usage: deno task lake maintain --engine=spark [--keep=DAYS] [--dry-run] [--json]
                                              [--in-notebook]
       deno task lake maintain --engine=spark --clear-locks [--in-notebook]

  --keep=DAYS    days for which snapshots are kept for --at (default LAKE_KEEP_DAYS, 7);
                 the newest 10 are kept in any case
  --dry-run      changes nothing; says what would be done
  --clear-locks  does nothing but give back locks that a killed writer has left
                 in Hive's metastore; refused while lake run writes
  --json         one JSON object a line
  ${placeHelp}`,
  flags: {
    boolean: ["json", "dry-run", "clear-locks", placeFlag],
    string: ["keep"],
  },
  async run(flags) {
    if (flags.has("clear-locks")) return await clearLocks(flags);
    const keep = flags.value("keep");
    const keepDays = keep === undefined
      ? readSparkConfig().keepDays
      : parseSetting("--keep", keep, keepDaysField);
    const { events, stopped } = await performOnSpark("maintain", flags, {
      keepDays,
      dryRun: flags.has("dry-run"),
    });
    if (stopped) {
      progress("lake maintain: stopped; the lake is as whole as before");
      return 130;
    }
    const lines = flags.has("json")
      ? formatJson(maintenanceRows(events))
      : formatTable(maintenanceTable(events), terminalWidth());
    for (const line of lines) result(line);
    const failed = failedSteps(events);
    for (const line of failed) progress(`lake maintain: ${line}`);
    if (failed.length === 0) return 0;
    progress("Next: run it again; run writes between its steps");
    return 1;
  },
};
