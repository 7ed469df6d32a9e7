// `deno task lake maintain --engine=spark`: fewer files, fewer snapshots.

import { parseSetting } from "../../../lib/setting_parsers.ts";
import type { Command } from "../../cli/command.ts";
import { progress, result } from "../../cli/print.ts";
import { terminalWidth } from "../../cli/terminal_width.ts";
import { formatJson, formatTable } from "../format_table.ts";
import { failedSteps, maintenanceTable } from "./spark_result.ts";
import { performOnSpark, placeFlag, placeHelp } from "./spark_session.ts";
import { keepDaysField, readSparkConfig } from "./spark_settings.ts";

/** The command. */
export const command: Command = {
  name: "lake maintain --engine=spark",
  help: `Merges small files of PART-A's lake, expires old snapshots and removes
what no snapshot needs. Safe beside lake run.

Usage: deno task lake maintain --engine=spark [--keep=DAYS] [--dry-run] [--json]
                                              [--in-notebook]

  --keep=DAYS    days for which snapshots are kept for --at (default LAKE_KEEP_DAYS, 7)
  --dry-run      changes nothing; says what would be done
  --json         one JSON object a line
  ${placeHelp}`,
  flags: { boolean: ["json", "dry-run", placeFlag], string: ["keep"] },
  async run(flags) {
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
    const found = maintenanceTable(events);
    const lines = flags.has("json")
      ? formatJson(found)
      : formatTable(found, terminalWidth());
    for (const line of lines) result(line);
    const failed = failedSteps(events);
    for (const line of failed) progress(`lake maintain: ${line}`);
    if (failed.length === 0) return 0;
    progress("Next: run it again; run writes between its steps");
    return 1;
  },
};
