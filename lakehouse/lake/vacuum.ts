// Gives back the space in the catalog's file that deleted rows left.
//
// For a process that does not have the lake attached, neither here nor in
// another object: there are two copies of SQLite then, DuckDB's and Deno's, and
// each drops the other's locks when it closes the file. Reads of the catalog
// went wrong when this was tried.

import { DatabaseSync } from "node:sqlite";
import { catalogName } from "./lake_names.ts";

const busyTimeoutMs = 5_000;

/** Parts of the file, in percent, that may stay free. */
const freePercent = 20;

/**
 * Vacuums the catalog if much of it is free.
 *
 * @returns whether it did; another process's write may be in the way.
 */
export function vacuumCatalog(lakeDir: string): boolean {
  const path = `${lakeDir}/${catalogName}`;
  using db = new DatabaseSync(path, { timeout: busyTimeoutMs });
  const pragma = (name: string) =>
    Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
  const free = pragma("freelist_count");
  if (free * 100 <= pragma("page_count") * freePercent) return false;
  try {
    db.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    return true;
  } catch (error) {
    if (/database (table )?is locked/.test(String(error))) return false;
    throw error;
  }
}
