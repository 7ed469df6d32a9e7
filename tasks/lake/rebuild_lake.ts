// `deno task lake rebuild`: silver from bronze again.

import type { RebuiltTable } from "../../lakehouse/lake/rebuild.ts";
import { CommandError } from "../../lib/errors.ts";
import { listenForStop } from "../../lib/stop_signals.ts";
import type { Command } from "../cli/command.ts";
import { progress, result } from "../cli/print.ts";
import { createProgressBar } from "../cli/progress_bar.ts";
import { terminalWidth } from "../../lib/terminal_width.ts";
import { formatTable } from "./format_table.ts";
import { locateLake } from "./open_lake.ts";

/** The comparison as a table. */
export function rebuiltLines(
  tables: readonly RebuiltTable[],
  width: number | undefined,
): string[] {
  return formatTable({
    columns: [
      { name: "table", type: "VARCHAR" },
      { name: "rows", type: "BIGINT" },
      { name: "removed", type: "BIGINT" },
      { name: "added", type: "BIGINT" },
    ],
    rows: tables.map(({ table, rows, removed, added }) => [
      `silver.${table}`,
      rows.toLocaleString("en-US"),
      removed.toLocaleString("en-US"),
      added.toLocaleString("en-US"),
    ]),
  }, width);
}

async function confirm(yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!Deno.stdin.isTerminal()) {
    throw new CommandError(
      "silver differs from what the models make of bronze: nothing was replaced",
      "replace it: deno task lake rebuild --yes",
    );
  }
  progress("Replace silver by this? Older snapshots keep the old one. [y/N]");
  const buffer = new Uint8Array(64);
  const read = await Deno.stdin.read(buffer) ?? 0;
  return /^y(es)?\s*$/i.test(
    new TextDecoder().decode(buffer.subarray(0, read)),
  );
}

/** The command. */
export const command: Command = {
  name: "lake rebuild",
  help: `Computes silver from bronze again, and compares. If they differ, asks,
then replaces silver in one transaction; gold is views and follows.

Usage: deno task lake rebuild [--yes] [--json]

  --yes   replace without asking
  --json  the comparison as JSON

Needed after a change of the models. Ctrl-C leaves silver as it was.`,
  flags: { boolean: ["yes", "json"] },
  async run(flags) {
    const location = await locateLake();
    const { rebuild } = await import("../../lakehouse/lake/rebuild.ts");
    const signal = listenForStop(() => Deno.exit(130));
    const bar = createProgressBar("records", terminalWidth(), progress);
    let compared = false;
    try {
      const { tables, replaced } = await rebuild({
        ...location,
        now: Temporal.Now.instant(),
        onProgress: bar.show,
        async replace(tables) {
          compared = true;
          bar.end();
          rebuiltLines(tables, terminalWidth()).forEach(progress);
          // Ctrl-C answers the question too.
          const interrupted = Promise.withResolvers<never>();
          signal.addEventListener(
            "abort",
            () => interrupted.reject(signal.reason),
          );
          return await Promise.race([
            confirm(flags.has("yes")),
            interrupted.promise,
          ]);
        },
        signal,
      });
      bar.end();
      if (flags.has("json")) result(JSON.stringify({ replaced, tables }));
      else if (replaced) result("Silver is replaced.");
      else if (compared) result("Nothing was replaced.");
      else result("Silver is what the models make of bronze: nothing to do.");
      return 0;
    } catch (error) {
      bar.end();
      if (!signal.aborted) throw error;
      progress("Interrupted: silver is as it was.");
      return 130;
    }
  },
};
