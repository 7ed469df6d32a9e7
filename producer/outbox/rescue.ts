/**
 * What happens to an outbox file that cannot be used: it is moved aside, and
 * the rows that can still be read are taken over.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { isRow, type Row } from "./row.ts";

/** The outcome of a rescue. */
export interface Rescued {
  /** Where the file is now. */
  readonly movedTo: string;
  /** The rows that could be read, oldest first. */
  readonly rows: readonly Row[];
}

/** The files of a database beside the main one. */
const suffixes = ["", "-wal", "-shm"] as const;

/**
 * Moves the file and its companions aside and reads what can be read.
 *
 * @param path The file.
 * @param at Becomes part of the new name.
 * @throws what the file system throws when the file cannot be moved.
 */
export function rescue(path: string, at: Temporal.Instant): Rescued {
  const stamp = at.toString({ smallestUnit: "millisecond" })
    .replaceAll(/[-:.]/g, "");
  const movedTo = `${path.replace(/\.db$/, "")}-damaged-${stamp}.db`;
  for (const suffix of suffixes) {
    try {
      Deno.renameSync(path + suffix, movedTo + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return { movedTo, rows: readableRows(movedTo) };
}

/** The rows of a damaged file, read from both ends up to the damage. */
export function readableRows(path: string): Row[] {
  const rows = new Map<number, Row>();
  try {
    const db = new DatabaseSync(path);
    try {
      for (const order of ["ASC", "DESC"]) readUntilDamage(db, order, rows);
    } finally {
      db.close();
    }
  } catch {
    // Not a database at all, or its first page is gone: nothing can be read.
  }
  return [...rows.values()].sort((a, b) => a.seq - b.seq);
}

function readUntilDamage(
  db: DatabaseSync,
  order: string,
  rows: Map<number, Row>,
): void {
  try {
    const select = db.prepare(`SELECT * FROM records ORDER BY seq ${order}`);
    for (const row of select.iterate()) {
      if (isRow(row)) rows.set(Number(row.seq), row as unknown as Row);
    }
  } catch {
    // The damage begins here; the other end may still be good.
  }
}
