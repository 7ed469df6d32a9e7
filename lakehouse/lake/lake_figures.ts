// How large a lake is.

import { ifExists } from "../../lib/files.ts";
import {
  catalogName,
  catalogTables,
  countSnapshots,
  lakeTables,
  literal,
} from "./lake_names.ts";
import type { Database } from "./duckdb.ts";
import type { LakeFigures, LakeSize } from "./lake_types.ts";
import { maintainedMs } from "./maintained.ts";

const live = `SELECT coalesce(sum(file_count), 0)::BIGINT,
  coalesce(sum(file_size_bytes), 0)::BIGINT
FROM ducklake_table_info('lake')`;

function sizeOf(path: string): number {
  return ifExists(() => Deno.statSync(path).size) ?? 0;
}

/**
 * A snapshot's number; -1 if there is none.
 *
 * @param first Statements that run before, in the same call: between two calls
 * the thread may be busy with records. They give no rows: of several statements
 * DuckDB returns the rows of the first that has any.
 */
export async function snapshotOf(
  database: Database,
  name: "current_snapshot" | "last_committed_snapshot",
  first: readonly string[],
): Promise<number> {
  // The lake's own macro of this name would begin a transaction.
  const statements = [...first, `FROM ducklake_${name}('lake')`];
  const [[snapshot] = []] = await database.all(statements.join("; "));
  return Number(snapshot ?? -1);
}

/** Counts the files, bytes and snapshots of an attached lake. */
export async function lakeFigures(
  database: Database,
  lakeDir: string,
): Promise<LakeFigures> {
  const [[files, bytes] = []] = await database.all(live);
  const [[snapshots] = []] = await database.all(countSnapshots);
  const catalog = `${lakeDir}/${catalogName}`;
  return {
    files: Number(files),
    bytes: Number(bytes),
    catalogBytes: sizeOf(catalog) + sizeOf(`${catalog}-wal`),
    snapshots: Number(snapshots),
  };
}

/**
 * As the catalog counts what was inserted, files and rows in the catalog alike:
 * tables only grow. To count the rows takes 0.15 s of a processor.
 */
const rows = `SELECT schema_name || '.' || table_name AS name,
    coalesce(record_count, 0)
  FROM ${catalogTables}.ducklake_table AS lake_table
  JOIN ${catalogTables}.ducklake_schema USING (schema_id)
  LEFT JOIN ${catalogTables}.ducklake_table_stats AS stats
    ON stats.table_id = lake_table.table_id
  WHERE lake_table.end_snapshot IS NULL
    AND name IN (${lakeTables.map(literal).join(", ")})`;

/** Counts what an attached lake holds, also where it has many snapshots. */
export async function lakeSize(
  database: Database,
  lakeDir: string,
): Promise<LakeSize> {
  const [[files, bytes] = []] = await database.all(live);
  const [[snapshots] = []] = await database.all(countSnapshots);
  const counted = new Map(
    (await database.all(rows)).map(([table, count]) => [table, Number(count)]),
  );
  return {
    rows: new Map(lakeTables.map((table) => [table, counted.get(table) ?? 0])),
    files: Number(files),
    bytes: Number(bytes),
    snapshots: Number(snapshots),
    maintainedMs: maintainedMs(lakeDir),
  };
}
