// Maintenance: flush, merge, expire, remove what is no longer needed.
//
// Never `ducklake_rewrite_data_files`: reads of older versions went wrong
// after it (DuckLake issue 1406).

import { type Clock, systemClock } from "../../lib/clock.ts";
import { CommandError } from "../../lib/errors.ts";
import { attach, type LakeLocation } from "./attach.ts";
import type { Database } from "./duckdb.ts";
import { lakeFigures } from "./lake_figures.ts";
import type { MaintenanceOptions, MaintenanceReport } from "./lake_types.ts";
import { retryConflicts } from "./write_errors.ts";
import {
  maintenanceLockName,
  tryLakeLock,
  writerLockName,
} from "./writer_lock.ts";
import { vacuumCatalog } from "./vacuum.ts";

const keepMs = 7 * 86_400_000;
const graceMs = 3_600_000;

function timestamp(ms: number): string {
  const text = Temporal.Instant.fromEpochMilliseconds(ms).toString();
  return `TIMESTAMPTZ '${text}'`;
}

async function paths(database: Database, call: string): Promise<string[]> {
  return (await database.all(call)).map(([path]) => String(path));
}

/** Expires by number: with times, SQLite catalogs compare days only. */
async function expire(database: Database, beforeMs: number): Promise<number> {
  const found = await database.all(
    `SELECT snapshot_id FROM ducklake_snapshots('lake')
     WHERE snapshot_time < ${timestamp(beforeMs)}
       AND snapshot_id < (SELECT max(snapshot_id) FROM ducklake_snapshots('lake'))`,
  );
  if (found.length === 0) return 0;
  const versions = found.map(([version]) => String(version)).join(", ");
  await database.run(
    `CALL ducklake_expire_snapshots('lake', versions => [${versions}])`,
  );
  return found.length;
}

/**
 * Removes files that merges and expired snapshots left. The comparison goes by
 * the day, so the end of the day before is given: nothing younger is removed.
 */
async function removeOld(
  database: Database,
  beforeMs: number,
  isExact: boolean,
): Promise<number> {
  const day = 86_400_000;
  const cutMs = isExact ? beforeMs : Math.floor(beforeMs / day) * day - 1;
  const removed = await paths(
    database,
    `CALL ducklake_cleanup_old_files('lake', older_than => ${
      timestamp(cutMs)
    })`,
  );
  return removed.length;
}

async function liveFiles(database: Database): Promise<Set<string>> {
  const tables = await database.all(
    `SELECT schema_name, table_name FROM duckdb_tables()
     WHERE database_name = 'lake'`,
  );
  const live = new Set<string>();
  for (const [schema, table] of tables) {
    const files = await database.all(
      "SELECT data_file FROM ducklake_list_files('lake', $1, schema => $2)",
      [String(table), String(schema)],
    );
    for (const [file] of files) live.add(baseName(String(file)));
  }
  return live;
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

/**
 * Removes files that no snapshot names, after a look at what would go: with
 * some paths DuckLake has taken live files for orphans (its issue 815).
 */
async function removeOrphans(
  database: Database,
  beforeMs: number | undefined,
): Promise<number> {
  const which = beforeMs === undefined
    ? "cleanup_all => true"
    : `older_than => ${timestamp(beforeMs)}`;
  const call = `CALL ducklake_delete_orphaned_files('lake', ${which}`;
  const orphans = await paths(database, `${call}, dry_run => true)`);
  if (orphans.length === 0) return 0;
  const live = await liveFiles(database);
  const wrong = orphans.find((path) => live.has(baseName(path)));
  if (wrong !== undefined) {
    throw new CommandError(
      `DuckLake takes a live file for an orphan: ${wrong}`,
      "nothing was removed; please report it with the path of LAKE_DIR",
    );
  }
  return (await paths(database, `${call})`)).length;
}

/** How a lake is kept while it is maintained. */
export interface MaintenanceContext {
  /** The lake's folder. */
  readonly lakeDir: string;
  /** Whether no other process can write: every orphan is one then. */
  readonly isAlone: boolean;
  /** Time. */
  readonly clock: Pick<Clock, "now" | "monotonic" | "sleep">;
}

/**
 * Maintains a lake, a transaction for each step.
 *
 * @throws what DuckDB throws.
 */
export async function maintainDatabase(
  database: Database,
  { lakeDir, isAlone, clock }: MaintenanceContext,
  options: MaintenanceOptions = {},
): Promise<Omit<MaintenanceReport, "durationMs" | "after">> {
  const nowMs = clock.now().epochMilliseconds;
  const grace = options.graceMs ?? graceMs;
  const step = <T>(work: () => Promise<T>) => retryConflicts(work, clock);
  const before = await lakeFigures(database, lakeDir);
  await step(() => database.run("CALL ducklake_flush_inlined_data('lake')"));
  const merged = await step(() =>
    database.all("CALL ducklake_merge_adjacent_files('lake')")
  );
  const expired = await step(() =>
    expire(database, nowMs - (options.keepMs ?? keepMs))
  );
  const old = await step(() => removeOld(database, nowMs - grace, grace === 0));
  const orphans = await step(() =>
    removeOrphans(database, isAlone ? undefined : nowMs - graceMs)
  );
  return {
    before,
    merged: merged.reduce((sum, row) => sum + Number(row[2]), 0),
    expired,
    removed: old + orphans,
    orphans,
  };
}

/**
 * Takes the lock that lets one process at a time maintain a lake.
 *
 * @throws {CommandError} while another one does.
 */
export function lockMaintenance(lakeDir: string): Disposable {
  const lock = tryLakeLock(lakeDir, maintenanceLockName);
  if (lock !== undefined) return lock;
  throw new CommandError(
    `the lake in "${lakeDir}" is being maintained by another process`,
    "wait until it has ended",
  );
}

/**
 * Maintains a lake from a process of its own, also beside a running writer; the
 * catalog's file shrinks only without one.
 *
 * @throws {CommandError} when there is no lake, or another process maintains it.
 */
export async function maintainLake(
  location: LakeLocation,
  options: MaintenanceOptions = {},
  clock: Pick<Clock, "now" | "monotonic" | "sleep"> = systemClock,
): Promise<MaintenanceReport> {
  const { lakeDir } = location;
  const startedMs = clock.monotonic();
  // A reader refuses a folder without a lake; a writer would create one.
  (await attach({ ...location, isWriter: false, tempName: "maintenance" }))
    .close();
  using _lock = lockMaintenance(lakeDir);
  using writerLock = tryLakeLock(lakeDir, writerLockName);
  const isAlone = writerLock !== undefined;
  const open = () =>
    attach({ ...location, isWriter: true, tempName: "maintenance" });
  const database = await open();
  let report;
  try {
    report = await maintainDatabase(
      database,
      { lakeDir, isAlone, clock },
      options,
    );
  } finally {
    database.close();
  }
  // Beside a writer it would only wait for it.
  if (isAlone) vacuumCatalog(lakeDir);
  const again = await open();
  try {
    const after = await lakeFigures(again, lakeDir);
    return { ...report, after, durationMs: clock.monotonic() - startedMs };
  } finally {
    again.close();
  }
}
