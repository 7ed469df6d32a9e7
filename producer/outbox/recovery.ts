// What happens to an outbox file that cannot be used. It is moved aside under a
// name that marks its rows as not yet recovered; once they are, it gets its
// final name. If a process ends in between, the next one finishes.

import { DatabaseSync } from "node:sqlite";
import { ifExists } from "../../lib/files.ts";
import type { OutboxDatabase } from "./database.ts";
import { isUsable, type Row, rowFrom } from "./row.ts";

/** The main file and its companions. */
const suffixes = ["", "-wal", "-shm"] as const;

const unfinished = /^outbox-rescue-.*\.db$/;

function rename(from: string, to: string): void {
  for (const suffix of suffixes) {
    ifExists(() => Deno.renameSync(from + suffix, to + suffix));
  }
}

/**
 * Moves an unusable file and its companions aside.
 *
 * @param path The file, `…/outbox.db`.
 * @param at Becomes part of the new name.
 * @throws what the file system throws.
 */
export function moveAside(path: string, at: Temporal.Instant): void {
  const stamp = at.toString({ smallestUnit: "millisecond" })
    .replaceAll(/[-:.]/g, "");
  rename(path, path.replace(/\.db$/, `-rescue-${stamp}.db`));
}

/** The files in a folder whose rows are not recovered yet. */
export function unfinishedRescues(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => unfinished.test(name)).sort()
    .map((name) => `${folder}/${name}`);
}

/** A file whose rows are recovered. */
export interface Rescued {
  /** Where it is kept. */
  readonly movedTo: string;
  /** How many rows could be read. */
  readonly rows: number;
}

/**
 * Copies the rows that can be read and gives the file its final name.
 *
 * @throws when the new file cannot be written.
 */
export function finishRescue(path: string, into: OutboxDatabase): Rescued {
  const seen = new Set<number>();
  into.copy(readableRows(path, seen));
  const movedTo = path.replace("-rescue-", "-damaged-");
  rename(path, movedTo);
  return { movedTo, rows: seen.size };
}

/** The rows of a damaged file, read from both ends up to the damage. */
function* readableRows(path: string, seen: Set<number>): Generator<Row> {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path);
  } catch {
    // Not a database at all.
    return;
  }
  try {
    for (const order of ["ASC", "DESC"]) {
      for (const row of readUntilDamage(db, order)) {
        if (!seen.has(row.seq)) yield row;
        seen.add(row.seq);
      }
    }
  } finally {
    db.close();
  }
}

function* readUntilDamage(db: DatabaseSync, order: string): Generator<Row> {
  try {
    const sql = `SELECT * FROM records ORDER BY seq ${order}`;
    for (const row of db.prepare(sql).iterate()) {
      if (isUsable(row)) yield rowFrom(row);
    }
  } catch {
    // The damage begins here; the other end may still be good.
  }
}
