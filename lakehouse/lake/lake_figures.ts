// How large a lake is.

import { lakeTables } from "./lake_names.ts";
import { ifExists } from "../../lib/files.ts";
import { catalogName } from "./lake_names.ts";
import type { Database } from "./duckdb.ts";
import type { LakeFigures, LakeSize } from "./lake_types.ts";
import { maintenanceLockName } from "./writer_lock.ts";

const live = `SELECT coalesce(sum(file_count), 0)::BIGINT,
  coalesce(sum(file_size_bytes), 0)::BIGINT
FROM ducklake_table_info('lake')`;

function sizeOf(path: string): number {
  return ifExists(() => Deno.statSync(path).size) ?? 0;
}

/** Counts the files, bytes and snapshots of an attached lake. */
export async function lakeFigures(
  database: Database,
  lakeDir: string,
): Promise<LakeFigures> {
  const [[files, bytes] = []] = await database.all(live);
  const [[snapshots] = []] = await database.all(
    "SELECT count(*) FROM ducklake_snapshots('lake')",
  );
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

// `ducklake_snapshots()` takes seconds where there are many.
const countSnapshots =
  "SELECT count(*) FROM __ducklake_metadata_lake.ducklake_snapshot";

/** Counts what an attached lake holds, also where it has many snapshots. */
export async function lakeSize(
  database: Database,
  lakeDir: string,
): Promise<LakeSize> {
  const [[files, bytes] = []] = await database.all(live);
  const [[snapshots] = []] = await database.all(countSnapshots);
  const counted = await database.all(rows);
  // Written at the begin of each maintenance.
  const lock = ifExists(() =>
    Deno.statSync(`${lakeDir}/${maintenanceLockName}`)
  );
  return {
    rows: new Map(
      counted.map(([table, count]) => [String(table), Number(count)]),
    ),
    files: Number(files),
    bytes: Number(bytes),
    snapshots: Number(snapshots),
    maintainedMs: lock?.mtime?.getTime(),
  };
}
