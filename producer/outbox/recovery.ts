/**
 * What happens to an outbox file that cannot be used. It is moved aside under a
 * name that says that its rows are still to be taken over; once they are, it
 * gets the name under which it stays. A process that ends in between leaves the
 * rest to the next one.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { isRow, type Row } from "./row.ts";
import type { Store } from "./database.ts";

/** The files of a database beside the main one. */
const suffixes = ["", "-wal", "-shm"] as const;

/** Rows that are taken over at a time. */
const chunkRows = 1_000;

const toRescue = /^outbox-rescue-.*\.db$/;

function rename(from: string, to: string): void {
  for (const suffix of suffixes) {
    try {
      Deno.renameSync(from + suffix, to + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/**
 * Moves a damaged file and its companions aside.
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

/** The files in a folder whose rows are still to be taken over. */
export function unfinishedRescues(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => toRescue.test(name)).sort()
    .map((name) => `${folder}/${name}`);
}

/** A damaged file that is done with. */
export interface Rescued {
  /** Where it stays. */
  readonly movedTo: string;
  /** How many rows could be read. */
  readonly rows: number;
}

/**
 * Takes the rows over that can be read, a part at a time, and gives the file
 * its last name.
 *
 * @throws when the new file does not take them.
 */
export function finishRescue(path: string, into: Store): Rescued {
  const seen = new Set<number>();
  for (const part of readableRows(path)) {
    into.copy(part);
    for (const { seq } of part) seen.add(seq);
  }
  const movedTo = path.replace("-rescue-", "-damaged-");
  rename(path, movedTo);
  return { movedTo, rows: seen.size };
}

/** The rows of a damaged file, read from both ends up to the damage. */
export function* readableRows(path: string): Generator<Row[]> {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(path);
  } catch {
    // Not a database at all: nothing can be read.
    return;
  }
  try {
    for (const order of ["ASC", "DESC"]) yield* readUntilDamage(db, order);
  } finally {
    db.close();
  }
}

function* readUntilDamage(db: DatabaseSync, order: string): Generator<Row[]> {
  let part: Row[] = [];
  const rows = rowsOf(db, order);
  while (true) {
    let next: IteratorResult<unknown>;
    try {
      next = rows.next();
    } catch {
      // The damage begins here; the other end may still be good.
      break;
    }
    if (next.done) break;
    const row = next.value as Row;
    if (isRow({ ...row })) part.push(row);
    if (part.length < chunkRows) continue;
    yield part;
    part = [];
  }
  yield part;
}

function* rowsOf(db: DatabaseSync, order: string): Generator<unknown> {
  yield* db.prepare(`SELECT * FROM records ORDER BY seq ${order}`).iterate();
}
