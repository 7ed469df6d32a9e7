/**
 * The outbox's database: one SQLite file, WAL. A record is committed with
 * synchronous=FULL, so that it survives the process and the machine's power.
 *
 * What is only taken out is committed with NORMAL: losing that to a power cut
 * brings rows back together with the older positions, and the next start finds
 * the records in the topic. It saves an fsync for each batch of a backlog.
 *
 * @module
 */

import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { Position } from "./outbox.ts";
import type { Row } from "./row.ts";
import {
  applicationId,
  ForeignFileError,
  schema,
  schemaVersion,
} from "./schema.ts";

/** How long a reader of the file (`deno task status`) may hold us up. */
const lockedMs = 500;

/** Pages of 4 KiB that are given back at a time. */
const pagesAtATime = 1_000;

/** Rows that are copied at a time. */
const copiedRows = 1_000;

/** How many rejected records are kept; the oldest go. */
const rejectedRecords = 1_000;

/** A range of places in the queue, both ends included. */
export interface Range {
  /** The first place. */
  readonly from: number;
  /** The last place. */
  readonly to: number;
}

/** The position of one partition of one topic. */
export interface PartitionPosition extends Position {
  /** The topic. */
  readonly topic: string;
  /** The partition. */
  readonly partition: number;
}

/** A row that no broker will take. */
export interface RejectedRow {
  /** The row. */
  readonly row: Row;
  /** Why it was refused. */
  readonly reason: string;
}

/** What one transaction does. */
export interface Changes {
  /** Rows that go. */
  readonly removed: readonly Range[];
  /** Rows that come. */
  readonly added: readonly Row[];
  /** Positions that move. */
  readonly positions: readonly PartitionPosition[];
  /** Rows that are kept as rejected. */
  readonly rejected: readonly RejectedRow[];
}

/** How much the database holds. */
export interface Totals {
  /** Records. */
  readonly depth: number;
  /** Their bytes. */
  readonly bytes: number;
  /** The last place in use; 0 for none. */
  readonly lastSeq: number;
}

type Sql = Record<string, SQLOutputValue>;

function valuesOf(row: Row): (string | number)[] {
  const { seq, id, topic, key, value, headers, timestamp_ms, bytes } = row;
  return [seq, id, topic, key, value, headers, timestamp_ms, bytes];
}

function prepare(db: DatabaseSync) {
  const columns = "seq, id, topic, key, value, headers, timestamp_ms, bytes";
  const position = db.prepare(
    "SELECT next_offset, last_id FROM positions " +
      "WHERE topic = ? AND partition = ?",
  );
  position.setReadBigInts(true);
  return {
    position,
    insert: db.prepare(
      `INSERT INTO records (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    remove: db.prepare("DELETE FROM records WHERE seq BETWEEN ? AND ?"),
    move: db.prepare("INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)"),
    reject: db.prepare(
      "INSERT INTO rejected VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
    ),
    forget: db.prepare(
      "DELETE FROM rejected WHERE number <= " +
        `(SELECT max(number) FROM rejected) - ${rejectedRecords}`,
    ),
    after: db.prepare(
      `SELECT ${columns} FROM records WHERE seq > ? ORDER BY seq LIMIT ?`,
    ),
    copy: db.prepare(
      `INSERT OR IGNORE INTO records (${columns}) ` +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    ids: db.prepare("SELECT seq, id, bytes FROM records WHERE topic = ?"),
    sizes: db.prepare(
      "SELECT seq, bytes FROM records WHERE seq > ? ORDER BY seq",
    ),
    topics: db.prepare("SELECT DISTINCT topic FROM records WHERE seq > ?"),
    oldest: db.prepare(
      "SELECT min(timestamp_ms) AS ms FROM records " +
        "WHERE topic = ? AND seq > ?",
    ),
    totals: db.prepare(
      "SELECT count(*) AS depth, coalesce(sum(bytes), 0) AS bytes, " +
        "coalesce(max(seq), 0) AS lastSeq FROM records",
    ),
  };
}

/** The open database. Every method throws what SQLite throws. */
export class Store implements Disposable {
  readonly #db: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;
  #level = "";

  /**
   * Opens the file, or makes it.
   *
   * @param path The file, or `:memory:`.
   * @throws {ForeignFileError} for a file that is no outbox of this version.
   */
  constructor(path: string) {
    this.#db = new DatabaseSync(path, { timeout: lockedMs });
    try {
      this.#begin();
      this.#sql = prepare(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #pragma(name: string): number {
    const row = this.#db.prepare(`PRAGMA ${name}`).get() as Sql;
    return Number(row[name]);
  }

  #begin(): void {
    const tables = this.#db.prepare("SELECT count(*) AS n FROM sqlite_schema")
      .get() as Sql;
    const isNew = this.#pragma("application_id") === 0 &&
      Number(tables.n) === 0;
    if (!isNew && this.#pragma("application_id") !== applicationId) {
      throw new ForeignFileError("the file is no outbox");
    }
    const version = this.#pragma("user_version");
    if (!isNew && version !== schemaVersion) {
      throw new ForeignFileError(
        `the outbox has schema version ${version}, expected ${schemaVersion}`,
      );
    }
    // Space of a long outage is given back; only a new file can be told so.
    if (isNew) this.#db.exec("PRAGMA auto_vacuum = INCREMENTAL");
    this.#db.exec("PRAGMA journal_mode = WAL");
    this.#synchronous("FULL");
    if (isNew) this.#db.exec(`BEGIN; ${schema} COMMIT`);
  }

  #synchronous(level: "FULL" | "NORMAL"): void {
    if (level === this.#level) return;
    this.#db.exec(`PRAGMA synchronous = ${level}`);
    this.#level = level;
  }

  /** Does all changes in one transaction, or none. */
  apply(changes: Changes): void {
    const { insert, remove, move, reject, forget } = this.#sql;
    const isNew = changes.added.length > 0 || changes.rejected.length > 0;
    this.#synchronous(isNew ? "FULL" : "NORMAL");
    this.#transaction(() => {
      for (const { from, to } of changes.removed) remove.run(from, to);
      for (const { topic, partition, next, lastId } of changes.positions) {
        move.run(topic, partition, next, lastId);
      }
      for (const { row, reason } of changes.rejected) {
        const { id, topic, key, value, headers, timestamp_ms } = row;
        reject.run(id, topic, key, value, headers, timestamp_ms, reason);
      }
      if (changes.rejected.length > 0) forget.run();
      for (const row of changes.added) insert.run(...valuesOf(row));
    });
  }

  /** Takes rows over from another file, those that are not here yet. */
  copy(rows: readonly Row[]): void {
    this.#synchronous("FULL");
    this.#transaction(() => {
      for (const row of rows) this.#sql.copy.run(...valuesOf(row));
    });
  }

  /** Takes all rows of another file over, a part at a time. */
  copyAll(other: Store): void {
    for (let from = 0;;) {
      const part = other.after(from, copiedRows);
      this.copy(part);
      if (part.length < copiedRows) return;
      from = part.at(-1)?.seq ?? from;
    }
  }

  #transaction(work: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#db.exec("COMMIT");
    } catch (error) {
      // SQLite has rolled some errors back by itself.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /**
   * Gives free pages back to the file system, a part at a time: all at once
   * would hold up the polls.
   *
   * @returns whether nothing worth it is left.
   */
  shrink(): boolean {
    // To its last row: each step gives back one page, and exec() takes one.
    this.#db.prepare(`PRAGMA incremental_vacuum(${pagesAtATime})`).all();
    if (this.#pragma("freelist_count") > pagesAtATime) return false;
    this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return true;
  }

  /** The oldest rows after a place, at most `most`. */
  after(seq: number, most: number): Row[] {
    return this.#sql.after.all(seq, most) as unknown as Row[];
  }

  /** RecordRef and bytes of each row after a place, oldest first. */
  sizes(seq: number): Iterable<Pick<Row, "seq" | "bytes">> {
    return this.#sql.sizes.iterate(seq) as unknown as Iterable<Row>;
  }

  /** RecordRef, id and bytes of each row of a topic. */
  ids(topic: string): Iterable<Pick<Row, "seq" | "id" | "bytes">> {
    return this.#sql.ids.iterate(topic) as unknown as Iterable<Row>;
  }

  /** The topics of the rows after a place. */
  topics(seq: number): string[] {
    return this.#sql.topics.all(seq).map(({ topic }) => String(topic));
  }

  /** The oldest time of a topic's rows after a place, ms since 1970. */
  oldestMs(topic: string, seq: number): number | undefined {
    const { ms } = this.#sql.oldest.get(topic, seq) as Sql;
    return ms === null ? undefined : Number(ms);
  }

  /** What is known of a partition. */
  position(topic: string, partition: number): Position | undefined {
    const row = this.#sql.position.get(topic, partition) as
      | { next_offset: bigint; last_id: string }
      | undefined;
    return row && { next: row.next_offset, lastId: row.last_id };
  }

  /** How much there is. */
  totals(): Totals {
    return this.#sql.totals.get() as unknown as Totals;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#db.close();
  }
}
