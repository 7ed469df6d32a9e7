/**
 * The tables of the outbox's database, and how a file that has others is told.
 *
 * @module
 */

/** Marks the file as an outbox ("CRPO" as a number). */
export const applicationId = 0x4352504f;

/** Goes up with each change of the tables. */
export const schemaVersion = 1;

/** Makes the tables. */
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

/** The file is no outbox, or one of another version. */
export class ForeignFileError extends Error {
  /** Its class's name. */
  override readonly name = "ForeignFileError";
}

/** Whether an error says that the file itself is bad. */
export function isDamage(error: unknown): boolean {
  return error instanceof ForeignFileError ||
    error instanceof Error &&
      /not a database|malformed|corrupt/i.test(error.message);
}

/** Whether an error says that the file may be read but not written. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && /read-?only database/i.test(error.message);
}
