// What a statement of a user may be: one SELECT, on the lake alone.
//
// DuckDB's settings do not fence everything in: `sqlite_scan` opens any SQLite
// file, a log may be sent to any file. So the parsed statement is looked at,
// and only functions that cannot leave the lake may stand in its FROM.

import { CommandError } from "../../lib/errors.ts";
import { isObject } from "../../lib/json.ts";

const readNext = "ask with SELECT, FROM, WITH, DESCRIBE, SUMMARIZE or SHOW";

/** Table functions that read the lake or make rows out of their arguments. */
const allowedFunctions: ReadonlySet<string> = new Set([
  "range",
  "generate_series",
  "unnest",
  "repeat",
  "json_each",
  "json_tree",
  "histogram",
  "histogram_values",
  "icu_calendar_names",
  "pg_timezone_names",
  "pragma_version",
  "duckdb_columns",
  "duckdb_functions",
  "duckdb_keywords",
  "duckdb_schemas",
  "duckdb_settings",
  "duckdb_tables",
  "duckdb_types",
  "duckdb_views",
  "current_snapshot",
  "last_committed_snapshot",
  "snapshots",
  "options",
  "table_info",
  "table_insertions",
  "table_deletions",
  "table_changes",
  "ducklake_current_snapshot",
  "ducklake_last_committed_snapshot",
  "ducklake_snapshots",
  "ducklake_options",
  "ducklake_table_info",
  "ducklake_table_insertions",
  "ducklake_table_deletions",
  "ducklake_table_changes",
  "ducklake_list_files",
]);

/** The functions in FROM, anywhere in the statement. */
function tableFunctions(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(tableFunctions);
  if (!isObject(node)) return [];
  const inner = Object.values(node).flatMap(tableFunctions);
  if (node.type !== "TABLE_FUNCTION") return inner;
  const { function: call } = node;
  const name = isObject(call) ? String(call.function_name) : "unknown";
  return [name.toLowerCase(), ...inner];
}

/** A statement without `EXPLAIN` or `EXPLAIN ANALYZE` before it. */
export function explained(sql: string): string {
  return sql.replace(/^\s*EXPLAIN(\s+ANALYZE)?(?=[\s(])/i, "");
}

/**
 * Refuses what is not one SELECT on the lake.
 *
 * @param serialized What `json_serialize_sql` makes of the statement.
 * @throws {CommandError} then.
 */
export function checkStatement(serialized: string): void {
  const parsed: unknown = JSON.parse(serialized);
  if (!isObject(parsed)) throw new TypeError("json_serialize_sql: no object");
  if (parsed.error === true) {
    const message = String(parsed.error_message);
    throw parsed.error_type === "parser"
      ? new CommandError(message, `check the statement: ${readNext}`)
      : new CommandError(
        "the statement is not a query: the lake is only read here",
        readNext,
      );
  }
  const { statements } = parsed;
  const count = Array.isArray(statements) ? statements.length : 0;
  if (count !== 1) {
    throw new CommandError(
      `${count} statements: expected one`,
      "give one statement at a time",
    );
  }
  const refused = tableFunctions(statements)
    .find((name) => !allowedFunctions.has(name));
  if (refused !== undefined) {
    throw new CommandError(
      `the function ${refused}() is not available here: queries read the ` +
        "lake's tables only",
      "use the lake's tables: SHOW ALL TABLES lists them",
    );
  }
}
