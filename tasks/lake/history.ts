// `deno task lake history`: the snapshots, and what made them.

import { UsageError } from "../../lib/errors.ts";
import {
  catalogTables,
  lakeTables,
  literal,
} from "../../lakehouse/lake/lake_names.ts";
import type { Command } from "../cli/command.ts";
import { result } from "../cli/print.ts";
import { terminalWidth } from "../../lib/terminal_width.ts";
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

/** The kinds of changes of a snapshot without a message, in words. */
const changedText = `replace(array_to_string(list_distinct(regexp_extract_all(
  changes_made, '(?:^|,)([a-z_]+):', 1)), ', '), '_', ' ')`;

/** Changes of a table are listed by its number, its creation by its name. */
function touched(table: string): string {
  const [schema = "", name = ""] = table.split(".");
  return `WHERE list_has_any(
      regexp_extract_all(changes_made, ':([0-9]+)', 1),
      (SELECT list(t.table_id::VARCHAR) FROM ${catalogTables}.ducklake_table t
       JOIN ${catalogTables}.ducklake_schema s USING (schema_id)
       WHERE schema_name = ${literal(schema)}
         AND table_name = ${literal(name)}))
    OR contains(changes_made, ${
    literal(`created_table:"${schema}"."${name}"`)
  })`;
}

/**
 * Snapshots, newest first, from the catalog's own tables: `lake.snapshots()`
 * takes seconds where there are many.
 */
export function historyQuery(table: string | undefined, limit: string): string {
  return `SELECT
    snapshot_id AS snapshot,
    strftime(snapshot_time::TIMESTAMPTZ AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')
      AS "time (UTC)",
    coalesce(commit_message, ${changedText}) AS what,
    nullif(commit_extra_info, '{}') AS offsets
  FROM ${catalogTables}.ducklake_snapshot_changes
  JOIN ${catalogTables}.ducklake_snapshot USING (snapshot_id)
  ${table === undefined ? "" : touched(table)}
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
