// How large a lake is.

import { ifExists } from "../../lib/files.ts";
import { catalogName } from "./lake_names.ts";
import type { Database } from "./duckdb.ts";
import type { LakeFigures } from "./lake_types.ts";

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
