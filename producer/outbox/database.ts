// The outbox's database: one SQLite file, WAL. A record is committed with
// synchronous=FULL, so that it survives the process and a loss of power.
//
// Deletions alone are committed with NORMAL: a power cut that undoes them
// brings back the rows together with the older positions, and the next start
// finds the records in the topic. It saves an fsync per batch of a backlog.

import { DatabaseSync } from "node:sqlite";
import type { Limits, OutboxState, Position, RecordRef } from "./outbox.ts";
import { type Row, rowFrom, type SqlRow } from "./row.ts";
import {
  applicationId,
  ForeignFileError,
  prepareStatements,
  schema,
  schemaVersion,
  type Statements,
} from "./schema.ts";
import type { WriteBatch } from "./write_batch.ts";

/** How long a reader of the file (`deno task status`) may delay a commit. */
const busyTimeoutMs = 500;

/** Pages of 4 KiB that are freed at a time. */
const vacuumedPages = 1_000;

/** Rows that are read or copied at a time; `iterate()` takes twice as long. */
const chunkRows = 1_000;

/** What identifies a row. */
export type RowRef = RecordRef & Pick<Row, "id" | "topic">;

/** How much the database holds. */
export interface Totals extends Pick<OutboxState, "depth" | "bytes"> {
  /** Bytes of the dead-lettered records. */
  readonly rejectedBytes: number;
  /** The highest `seq`; 0 when empty. */
  readonly lastSeq: number;
}

function valuesOf(row: Row): (string | number)[] {
  const { seq, id, topic, key, value, headers, timestamp_ms, bytes } = row;
  return [seq, id, topic, key, value, headers, timestamp_ms, bytes];
}

/** Reads what lies after a row, a chunk at a time. */
function* inChunks<T extends RecordRef>(
  read: (after: number) => T[],
  after: number,
  limit: number,
): Generator<T> {
  for (let from = after;;) {
    const chunk = read(from);
    yield* chunk;
    if (chunk.length < limit) return;
    from = chunk.at(-1)?.seq ?? from;
  }
}

/** The open database. Every method throws what SQLite throws. */
export class OutboxDatabase implements Disposable {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  #synchronous = "";

  /**
   * Opens the file, or creates it.
   *
   * @param path The file, or `:memory:`.
   * @throws {ForeignFileError} when the file is not an outbox of this version;
   * it is left as it is.
   */
  constructor(path: string) {
    this.#db = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      this.#begin();
      this.#sql = prepareStatements(this.#db);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #begin(): void {
    const tables = this.#db.prepare("SELECT 1 FROM sqlite_schema").all();
    const id = this.#pragma("application_id");
    const version = this.#pragma("user_version");
    const isNew = id === 0 && tables.length === 0;
    if (!isNew && id !== applicationId) {
      throw new ForeignFileError(
        "the file is a SQLite database but not an outbox: application_id is " +
          `${id}, expected ${applicationId}`,
      );
    }
    if (!isNew && version !== schemaVersion) {
      throw new ForeignFileError(
        `the outbox has schema version ${version}, expected ${schemaVersion}`,
      );
    }
    // Lets the file shrink after a long outage; only a new file can be set so.
    if (isNew) this.#db.exec("PRAGMA auto_vacuum = INCREMENTAL");
    this.#db.exec("PRAGMA journal_mode = WAL");
    this.#setSynchronous("FULL");
    if (isNew) this.#db.exec(`BEGIN; ${schema} COMMIT`);
  }

  #pragma(name: string): number {
    return Number(this.#db.prepare(`PRAGMA ${name}`).get()?.[name]);
  }

  #setSynchronous(level: "FULL" | "NORMAL"): void {
    if (level === this.#synchronous) return;
    this.#db.exec(`PRAGMA synchronous = ${level}`);
    this.#synchronous = level;
  }

  /** Writes a batch in one transaction, or nothing of it. */
  apply(batch: WriteBatch): void {
    const { removed, positions, rejected, replacement, added } = batch;
    const { insert, remove, move, reject } = this.#sql;
    const isNew = added.length > 0 || rejected.length > 0 ||
      replacement !== undefined;
    this.#setSynchronous(isNew ? "FULL" : "NORMAL");
    this.#transaction(() => {
      for (const { from, to } of removed) remove.run(from, to);
      for (const { topic, partition, next, lastId } of positions) {
        move.run(topic, partition, next, lastId);
      }
      for (const { row, reason } of rejected) {
        const { id, topic, key, value, headers, timestamp_ms } = row;
        reject.run(id, topic, key, value, headers, timestamp_ms, reason);
      }
      if (replacement !== undefined) {
        const { row: { seq }, parts } = replacement;
        remove.run(seq, seq);
        for (const row of parts) insert.run(...valuesOf(row));
      }
      for (const row of added) insert.run(...valuesOf(row));
    });
  }

  /**
   * Deletes the oldest dead-lettered records beyond the bound, which the newest
   * one alone may exceed.
   *
   * @returns how many.
   */
  trimRejected({ records, bytes }: Limits): number {
    return Number(this.#sql.trimRejected.run(records, bytes).changes);
  }

  /** Copies rows of another file, except those that are here already. */
  copy(rows: Iterable<Row>): void {
    this.#setSynchronous("FULL");
    const chunk: Row[] = [];
    const write = () =>
      this.#transaction(() => {
        for (const row of chunk.splice(0)) this.#sql.copy.run(...valuesOf(row));
      });
    for (const row of rows) {
      if (chunk.push(row) === chunkRows) write();
    }
    if (chunk.length > 0) write();
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
   * Returns the space of a large backlog to the file system, a part at a time:
   * all at once would delay the polls.
   *
   * @returns whether little is left.
   */
  shrink(): boolean {
    if (this.#pragma("freelist_count") <= vacuumedPages) return true;
    // all(), since each step frees one page and exec() takes only one.
    this.#db.prepare(`PRAGMA incremental_vacuum(${vacuumedPages})`).all();
    if (this.#pragma("freelist_count") > vacuumedPages) return false;
    this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return true;
  }

  /** Rows after a `seq`, oldest first, `limit` at a time. */
  rows(after: number, limit: number = chunkRows): Iterable<Row> {
    const { rows } = this.#sql;
    return inChunks((seq) => rows.all(seq, limit).map(rowFrom), after, limit);
  }

  /** What identifies the rows after a `seq`, oldest first. */
  refs(after: number, limit: number = chunkRows): Iterable<RowRef> {
    const refOf = ({ seq, id, topic, bytes }: SqlRow): RowRef => ({
      seq: Number(seq),
      id: String(id),
      topic: String(topic),
      bytes: Number(bytes),
    });
    const { refs } = this.#sql;
    return inChunks((seq) => refs.all(seq, limit).map(refOf), after, limit);
  }

  /** Topics of the rows after a `seq`, with the oldest timestamp of each. */
  topics(after: number): Map<string, number> {
    const all = this.#sql.topics.all(after);
    return new Map(all.map((sql) => [String(sql.topic), Number(sql.oldest)]));
  }

  /** The stored position of a partition. */
  position(topic: string, partition: number): Position | undefined {
    const sql = this.#sql.position.get(topic, partition);
    return sql && {
      next: BigInt(String(sql.next_offset)),
      lastId: String(sql.last_id),
    };
  }

  /** How much there is. */
  totals(): Totals {
    const { depth, bytes, lastSeq, rejectedBytes } = this.#sql.totals.get() ??
      {};
    return {
      depth: Number(depth),
      bytes: Number(bytes),
      lastSeq: Number(lastSeq),
      rejectedBytes: Number(rejectedBytes),
    };
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#db.close();
  }
}
