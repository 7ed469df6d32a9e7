// `deno task lake history`: the snapshots, and what made them.

import { UsageError } from "../../lib/errors.ts";
import { lakeTables, literal } from "../../lakehouse/lake/lake_names.ts";
import type { Command } from "../cli/command.ts";
import { result } from "../cli/print.ts";
import { terminalWidth } from "../cli/terminal_width.ts";
import { formatJson, formatTable } from "./format_table.ts";
import { openLakeReader } from "./open_lake.ts";

/**
 * The table whose snapshots are meant: gold is views over silver.
 *
 * @throws {UsageError} for an unknown table.
 */
export function changedTable(name: string): string {
  const known: readonly string[] = lakeTables;
  if (known.includes(name)) return name;
  if (/^gold\.\w+$|^silver\.crypto_prices_clean$/.test(name)) {
    return "silver.crypto_ticks";
  }
  throw new UsageError(
    `unknown table "${name}": expected ${known.join(", ")}, or a view of gold`,
  );
}

/** Snapshots, newest first. */
function historyQuery(table: string | undefined, limit: string): string {
  // Rows that stay in the catalog are listed by the table's number.
  const touched = table === undefined
    ? ""
    : `WHERE list_has_any(flatten(map_values(changes)), [
        ${literal(table)},
        (SELECT table_id::VARCHAR FROM ducklake_table_info('lake')
         WHERE table_name = ${literal(table.split(".")[1] ?? "")})])`;
  return `SELECT
    snapshot_id AS snapshot,
    strftime(snapshot_time AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')
      AS "time (UTC)",
    coalesce(commit_message, array_to_string(map_keys(changes), ', ')) AS what,
    commit_extra_info AS offsets
  FROM lake.snapshots() ${touched}
  ORDER BY snapshot_id DESC LIMIT ${limit}`;
}

/** The command. */
export const command: Command = {
  name: "lake history",
  help: `Shows the lake's snapshots, newest first, each with what made it.

Usage: deno task lake history [TABLE] [--limit=N] [--json]

  TABLE      only snapshots that changed it, e.g. silver.crypto_ticks
  --limit=N  how many (default 20)
  --json     one JSON object a line

To read the lake as of one: deno task lake sql "..." --at=SNAPSHOT`,
  flags: { boolean: ["json"], string: ["limit"], words: 1 },
  async run(flags) {
    const [name] = flags.words;
    const table = name === undefined ? undefined : changedTable(name);
    const limit = flags.value("limit") ?? "20";
    if (!/^[1-9]\d{0,8}$/.test(limit)) {
      throw new UsageError(
        `--limit is "${limit}": expected a whole number from 1`,
      );
    }
    const reader = await openLakeReader(undefined);
    try {
      const found = await reader.query(historyQuery(table, limit));
      const lines = flags.has("json")
        ? formatJson(found)
        : formatTable(found, terminalWidth());
      for (const line of lines) result(line);
    } finally {
      await reader.close();
    }
    return 0;
  },
};
