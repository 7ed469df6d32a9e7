// How large a lake is.

import { ifExists } from "../../lib/files.ts";
import { catalogName, countSnapshots, lakeTables } from "./lake_names.ts";
import type { Database } from "./duckdb.ts";
import type { LakeFigures, LakeSize } from "./lake_types.ts";
import { maintainedMs } from "./writer_lock.ts";

const live = `SELECT coalesce(sum(file_count), 0)::BIGINT,
  coalesce(sum(file_size_bytes), 0)::BIGINT
FROM ducklake_table_info('lake')`;

function sizeOf(path: string): number {
  return ifExists(() => Deno.statSync(path).size) ?? 0;
}

/** A snapshot's number; -1 if there is none. */
export async function snapshotOf(
  database: Database,
  name: "current_snapshot" | "last_committed_snapshot",
): Promise<number> {
  // The lake's own macro of this name would begin a transaction.
  const [[snapshot] = []] = await database.all(`FROM ducklake_${name}('lake')`);
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

const rows = lakeTables
  .map((table) => `SELECT '${table}', count(*) FROM lake.${table}`)
  .join(" UNION ALL ");

/** Counts what an attached lake holds, also where it has many snapshots. */
export async function lakeSize(
  database: Database,
  lakeDir: string,
): Promise<LakeSize> {
  const [[files, bytes] = []] = await database.all(live);
  const [[snapshots] = []] = await database.all(countSnapshots);
  const counted = await database.all(rows);
  return {
    rows: new Map(
      counted.map(([table, count]) => [String(table), Number(count)]),
    ),
    files: Number(files),
    bytes: Number(bytes),
    snapshots: Number(snapshots),
    maintainedMs: maintainedMs(lakeDir),
  };
}
