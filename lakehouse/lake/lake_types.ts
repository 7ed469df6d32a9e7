// The lake as its writer and its readers see it. DuckLake is behind it.

import type { BronzeRow, OffsetGap } from "./bronze_row.ts";

/** Where the writer goes on in a partition. */
export interface PartitionPosition {
  /** The partition's number. */
  readonly partition: number;
  /** The next offset to read: after the last row and the last gap. */
  readonly next: bigint;
  /** The last row of bronze: tells whether the topic is still the same one. */
  readonly last: BronzeRow | undefined;
}

/** Where the writer goes on in a topic. */
export interface TopicPosition {
  /** The newest epoch in bronze; 0 for an empty lake. */
  readonly epoch: number;
  /** The partitions that have rows or gaps in this epoch. */
  readonly partitions: readonly PartitionPosition[];
}

/** What goes into one transaction. */
export interface LakeBatch {
  /** In the order of their offsets within each partition. */
  readonly rows: readonly BronzeRow[];
  /** Offsets that were passed without a record. */
  readonly gaps: readonly OffsetGap[];
}

/** What a transaction wrote. */
export interface Committed {
  /** The snapshot's number. */
  readonly snapshot: number;
  /** Rows of bronze. */
  readonly rows: number;
  /** Rows of `silver.crypto_ticks`. */
  readonly ticks: number;
  /** Candidates that silver had already, with the same values. */
  readonly repeats: number;
  /** Candidates that silver had already, with another value. */
  readonly revisions: number;
  /** Rows of `silver.crypto_rejects`, by reason. */
  readonly rejects: Readonly<Record<string, number>>;
  /** The newest Kafka timestamp among the rows, ms since 1970. */
  readonly newestTimestampMs: number | undefined;
  /** How long the transaction took. */
  readonly durationMs: number;
}

/** The one writer of a lake. */
export interface LakeWriter {
  /** Reads from bronze where the ingestion of a topic goes on. */
  position(topic: string): Promise<TopicPosition>;
  /**
   * Writes bronze, silver and rejects in one transaction: all or nothing. A
   * conflict with another process is rolled back and tried again.
   *
   * @throws {RefusedError} when the lake does not take what the batch holds.
   * @throws {CommandError} when it cannot be written (disk full, the offsets
   * are in the lake already).
   */
  commit(batch: LakeBatch): Promise<Committed>;
  /**
   * Flushes, merges small files, expires old snapshots and removes what is no
   * longer needed, in short steps: commits get in between.
   *
   * @param between Called before each step; what it throws ends the maintenance.
   * @throws {CommandError} when it fails, or another process does it.
   */
  maintain(
    options?: MaintenanceOptions,
    between?: () => Promise<void>,
  ): Promise<MaintenanceReport>;
  /**
   * Counts what the lake holds. Commits wait for it.
   *
   * @throws what DuckDB throws.
   */
  size(): Promise<LakeSize>;
  /** Asks on a connection of its own, beside the commits. */
  readonly side: LakeQueries;
  /** Flushes and closes; the lock is released. */
  close(): Promise<void>;
}

/** Options of a maintenance. */
export interface MaintenanceOptions {
  /** How long snapshots are kept, in ms. @default seven days */
  readonly keepMs?: number;
  /**
   * How long every snapshot is kept, in ms; of older ones, the last of each
   * minute. @default an hour
   */
  readonly denseMs?: number;
  /**
   * How long files stay that queries in other processes may be reading, in ms;
   * to the day above. @default an hour
   */
  readonly graceMs?: number;
}

/** How large a lake is. */
export interface LakeFigures {
  /** Parquet files of the newest snapshot. */
  readonly files: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Bytes of the catalog, with what was not flushed. */
  readonly catalogBytes: number;
  /** Snapshots. */
  readonly snapshots: number;
}

/** What a lake holds. */
export interface LakeSize extends Pick<LakeFigures, "files" | "bytes"> {
  /** Rows by table, e.g. `silver.crypto_ticks`. */
  readonly rows: ReadonlyMap<string, number>;
  /** Snapshots that can be read. */
  readonly snapshots: number;
  /**
   * When it was last maintained to the end, ms since 1970; `undefined` for
   * never.
   */
  readonly maintainedMs: number | undefined;
}

/** What a maintenance did. */
export interface MaintenanceReport {
  /** Before it. */
  readonly before: LakeFigures;
  /** After it. */
  readonly after: LakeFigures;
  /** Small files that were merged into larger ones. */
  readonly merged: number;
  /** Snapshots that were expired. */
  readonly expired: number;
  /** Files that were removed. */
  readonly removed: number;
  /** Those of them that no snapshot named, which a killed writer left. */
  readonly orphans: number;
  /** How long its longest step took, for which commits waited. */
  readonly longestMs: number;
  /** How long it took, with the commits in between. */
  readonly durationMs: number;
}

/** A query's result; values are exact text as DuckDB prints them. */
export interface QueryResult {
  /** The columns' names and SQL types. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Rows of values in the columns' order; null is SQL's NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Rows as exact text; null is SQL's NULL. */
export type Rows = QueryResult["rows"];

/** Asks the lake fixed statements: text of users goes into parameters. */
export interface LakeQueries {
  /**
   * Runs one statement; names of the lake begin with `lake.`.
   *
   * @throws what DuckDB throws.
   */
  ask(
    sql: string,
    parameters?: readonly (string | number | bigint | boolean | null)[],
  ): Promise<Rows>;
}

/** A read-only connection. */
export interface LakeReader {
  /**
   * Runs one statement.
   *
   * @throws {CommandError} for a statement that fails or would write.
   */
  query(sql: string): Promise<QueryResult>;
  /**
   * Runs one statement whose result may be large: it is never there as a whole.
   *
   * @returns the rows in order, some thousand at a time; one part without rows
   * where there are none.
   * @throws {CommandError} for a statement that fails, also after some parts, or
   * would write.
   */
  parts(sql: string): AsyncIterable<QueryResult>;
  /** Closes the connection. */
  close(): Promise<void>;
}
