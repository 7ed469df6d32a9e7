// The tables of the outbox's database, the statements on them, and which errors
// mean that a file is unusable.

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Marks the file as an outbox ("CRPO" as a number). */
export const applicationId = 0x4352504f;

/** Incremented with every change of the tables. */
export const schemaVersion = 1;

/** Creates the tables. */
export const schema = `
CREATE TABLE records (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  headers TEXT NOT NULL,
  timestamp_ms INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
CREATE TABLE positions (
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  last_id TEXT NOT NULL,
  PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE rejected (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  headers TEXT NOT NULL,
  timestamp_ms INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${schemaVersion};
`;

/** The statements on these tables, by name. */
export type Statements = Readonly<
  Record<
    | ("insert" | "copy" | "remove" | "move" | "reject" | "trimRejected")
    | ("rows" | "refs" | "topics" | "position" | "totals"),
    StatementSync
  >
>;

/** Prepares the statements. */
export function prepareStatements(db: DatabaseSync): Statements {
  const columns = "seq, id, topic, key, value, headers, timestamp_ms, bytes";
  const insert = `INTO records (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
  const after = "FROM records WHERE seq > ? ORDER BY seq LIMIT ?";
  const rejectedBytes =
    "octet_length(key) + octet_length(value) + octet_length(headers)";
  const position = db.prepare(
    "SELECT next_offset, last_id FROM positions " +
      "WHERE topic = ? AND partition = ?",
  );
  position.setReadBigInts(true);
  return {
    position,
    insert: db.prepare(`INSERT ${insert}`),
    copy: db.prepare(`INSERT OR IGNORE ${insert}`),
    remove: db.prepare("DELETE FROM records WHERE seq BETWEEN ? AND ?"),
    move: db.prepare("INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)"),
    reject: db.prepare(
      "INSERT INTO rejected VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
    ),
    trimRejected: db.prepare(
      "DELETE FROM rejected WHERE number IN (SELECT number FROM (" +
        "SELECT number, row_number() OVER newest AS place, " +
        `sum(${rejectedBytes}) OVER newest AS bytes FROM rejected ` +
        "WINDOW newest AS (ORDER BY number DESC)) " +
        "WHERE place > ? OR place > 1 AND bytes > ?)",
    ),
    rows: db.prepare(`SELECT ${columns} ${after}`),
    refs: db.prepare(`SELECT seq, id, topic, bytes ${after}`),
    topics: db.prepare(
      "SELECT topic, min(timestamp_ms) AS oldest FROM records " +
        "WHERE seq > ? GROUP BY topic",
    ),
    totals: db.prepare(
      "SELECT count(*) AS depth, coalesce(sum(bytes), 0) AS bytes, " +
        "coalesce(max(seq), 0) AS lastSeq, " +
        `(SELECT coalesce(sum(${rejectedBytes}), 0) FROM rejected) ` +
        "AS rejectedBytes FROM records",
    ),
  };
}

/** The file is not an outbox, or one of another schema version. */
export class ForeignFileError extends Error {
  /** The name of the class, kept when code is minified. */
  override readonly name = "ForeignFileError";
}

// Matched by text: in Deno 2.9.6 SQLite's errors have no `errcode`.

/** Whether the file itself is unusable. */
export function isDamage(error: unknown): boolean {
  return error instanceof ForeignFileError ||
    error instanceof Error &&
      /not a database|malformed|corrupt/i.test(error.message);
}

/** Whether the file can be read but not written. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && /read-?only database/i.test(error.message);
}
