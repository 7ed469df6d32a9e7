// `deno task lake maintain`: fewer files, fewer snapshots.

import type { MaintenanceReport } from "../../lakehouse/lake/lake_types.ts";
import { keepField, readLakeConfig } from "../../lakehouse/lake_settings.ts";
import { parseSetting } from "../../lib/setting_parsers.ts";
import { listenForStop } from "../../lib/stop_signals.ts";
import type { Command } from "../cli/command.ts";
import { progress, result } from "../cli/print.ts";
import { createProgressBar } from "../cli/progress_bar.ts";
import { terminalWidth } from "../../lib/terminal_width.ts";
import { formatTable } from "./format_table.ts";
import { locateLake } from "./open_lake.ts";

/**
 * `--keep` as typed, in ms.
 *
 * @throws {UsageError} for anything but 0 to 3650 days.
 */
export function parseKeep(text: string): number {
  return parseSetting("--keep", text, keepField);
}

/** Before and after, as a table. */
export function maintainedLines(
  { before, after }: Pick<MaintenanceReport, "before" | "after">,
  width: number | undefined,
): string[] {
  const names = Object.keys(before) as (keyof typeof before)[];
  return formatTable({
    columns: [
      { name: "", type: "VARCHAR" },
      { name: "before", type: "BIGINT" },
      { name: "after", type: "BIGINT" },
    ],
    rows: names.map((name) => [
      name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
      before[name].toLocaleString("en-US"),
      after[name].toLocaleString("en-US"),
    ]),
  }, width);
}

/** The command. */
export const command: Command = {
  name: "lake maintain",
  help: `Writes small commits into files, merges small files, expires old
snapshots and removes what no snapshot needs. Safe beside lake run.

Usage: deno task lake maintain [--keep=DAYS] [--json]

  --keep=DAYS  snapshots to keep for --at (default LAKE_KEEP_DAYS, 7)
  --json       the report as JSON, without a word of progress

Ctrl-C leaves a whole lake: what was done stays, the next one does the rest.
lake run does it too, each LAKE_MAINTAIN_HOURS; alone, the catalog's file
shrinks as well.`,
  flags: { boolean: ["json"], string: ["keep"] },
  async run(flags) {
    const keep = flags.value("keep");
    const keepMs = keep === undefined
      ? readLakeConfig().keepMs
      : parseKeep(keep);
    const location = await locateLake();
    const { maintainLake } = await import("../../lakehouse/lake/maintain.ts");
    const signal = listenForStop(() => Deno.exit(130));
    const bar = createProgressBar("steps", terminalWidth(), progress);
    const isJson = flags.has("json");
    try {
      const report = await maintainLake(location, {
        keepMs,
        signal,
        onProgress: isJson ? () => {} : bar.show,
      });
      bar.end();
      if (isJson) result(JSON.stringify(report));
      else maintainedLines(report, terminalWidth()).forEach((it) => result(it));
      return 0;
    } catch (error) {
      bar.end();
      if (!signal.aborted) throw error;
      progress("Interrupted: what was done stays, the next one does the rest.");
      return 130;
    }
  },
};
