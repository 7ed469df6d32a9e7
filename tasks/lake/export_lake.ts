// `deno task lake export`: the tables as Parquet files.

import { resolve } from "node:path";
import type { ExportedTable } from "../../lakehouse/lake/export.ts";
import { UsageError } from "../../lib/errors.ts";
import type { Command } from "../cli/command.ts";
import { progress, result } from "../cli/print.ts";
import { listenForStop } from "../../lib/stop_signals.ts";
import { createProgressBar } from "../cli/progress_bar.ts";
import { terminalWidth } from "../../lib/terminal_width.ts";
import { formatTable } from "./format_table.ts";
import { parseMoment } from "../../lakehouse/lake/moment.ts";
import { locateLake } from "./open_lake.ts";

function exportedLines(
  tables: readonly ExportedTable[],
  width: number | undefined,
): string[] {
  return formatTable({
    columns: [
      { name: "file", type: "VARCHAR" },
      { name: "rows", type: "BIGINT" },
      { name: "bytes", type: "BIGINT" },
    ],
    rows: tables.map(({ table, rows, bytes }) => [
      `${table}.parquet`,
      String(rows),
      String(bytes),
    ]),
  }, width);
}

/** The command. */
export const command: Command = {
  name: "lake export",
  help: `Writes every table and view of the lake as a Parquet file.

Usage: deno task lake export FOLDER [--at=VERSION|TIME] [--json]

  FOLDER          new or empty; a relative one starts from this folder
  --at=42         the lake as of snapshot 42, or of a time of UTC
  --json          the files as JSON

The files appear when all are complete; Ctrl-C leaves none.
Other tools read the files: Spark, pandas, Polars, PyIceberg's add_files.`,
  flags: { boolean: ["json"], string: ["at"], words: 1 },
  async run(flags) {
    const [folder] = flags.words;
    if (folder === undefined) {
      throw new UsageError("expected a folder: deno task lake export FOLDER");
    }
    const at = flags.value("at");
    const moment = at === undefined ? undefined : parseMoment(at, "--at");
    const location = await locateLake();
    const { exportTables } = await import("../../lakehouse/lake/export.ts");
    const outputDir = resolve(folder).replaceAll("\\", "/");
    const signal = listenForStop(() => Deno.exit(130));
    const bar = createProgressBar("tables", terminalWidth(), progress);
    try {
      const tables = await exportTables({
        ...location,
        outputDir,
        at: moment,
        signal,
        onProgress: bar.show,
      });
      bar.end();
      if (flags.has("json")) result(JSON.stringify(tables));
      else exportedLines(tables, terminalWidth()).forEach((it) => result(it));
      return 0;
    } catch (error) {
      bar.end();
      if (!signal.aborted) throw error;
      progress("Interrupted: nothing was exported.");
      return 130;
    }
  },
};
