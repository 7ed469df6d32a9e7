// Maintenance in steps, each short enough for a live commit to wait for: merge,
// expire, remove what is no longer needed.
//
// Never `ducklake_rewrite_data_files`: reads of older versions went wrong
// after it (DuckLake issue 1406).

import { CommandError } from "../../lib/errors.ts";
import { candleParts, partEnds, storeParts } from "./candle_parts.ts";
import { described } from "./described.ts";
import type { Database } from "./duckdb.ts";
import { catalogTables, lakeTables, literal } from "./lake_names.ts";
import type { MaintenanceOptions } from "./lake_types.ts";

/** How long snapshots are kept, in days, unless something else is asked. */
export const keepDays = 7;

const dayMs = 86_400_000;
const graceMs = 3_600_000;

/** How long every snapshot is kept, and not only the last of each minute. */
const denseMs = 3_600_000;

/** Expiring takes about 0.1 ms for each. */
const expiredAtOnce = 2_000;

/** What is left then waits for the next maintenance. */
const maxMerges = 200;

/** What the steps have done so far. */
export interface MaintenanceDone {
  /** Small files that were merged into larger ones. */
  merged: number;
  /** Snapshots that were expired. */
  expired: number;
  /** Files that were removed. */
  removed: number;
  /** Those of them that no snapshot named. */
  orphans: number;
}

/**
 * Called as a maintenance goes on: how many of its parts are done, how many
 * there are, and what the next one is.
 */
export type MaintenanceProgress = (
  done: number,
  all: number,
  doing: string,
) => void;

/** What the steps go by. */
export interface MaintenanceContext {
  /** Whether no other process can write: every orphan is one then. */
  readonly isAlone: boolean;
  /** The wall clock, ms since 1970. */
  readonly nowMs: number;
  /** Files of at least this size are left alone. */
  readonly fileBytes: number;
  /** The first step: rows that are in the catalog go into files. */
  readonly flush: MaintenanceStep;
  /** Counts. */
  readonly done: MaintenanceDone;
  /** Called before each part, and within long ones. @default not at all */
  readonly onProgress?: MaintenanceProgress | undefined;
}

/** One step; after a conflict it can be done again. */
export type MaintenanceStep = (database: Database) => Promise<void>;

function timestamp(ms: number): string {
  const text = Temporal.Instant.fromEpochMilliseconds(ms).toString();
  return `TIMESTAMPTZ '${text}'`;
}

async function paths(database: Database, call: string): Promise<string[]> {
  return (await database.all(call)).map(([path]) => String(path));
}

/** Writes the rows of a table, or of all, that are in the catalog into files. */
export async function flushInlined(
  database: Database,
  table?: string,
): Promise<void> {
  const [schema = "", name = ""] = table?.split(".") ?? [];
  const which = table === undefined
    ? ""
    : `, schema_name => ${literal(schema)}, table_name => ${literal(name)}`;
  await described(
    database,
    "newest rows written into files",
    () => database.run(`CALL ducklake_flush_inlined_data('lake'${which})`),
  );
}

/** Merges files of a table into one; returns how many. */
async function mergeOnce(database: Database, table: string): Promise<number> {
  const [schema = "", name = ""] = table.split(".");
  const merged = await described(
    database,
    `small files of ${table} merged`,
    () =>
      database.all(
        `CALL ducklake_merge_adjacent_files('lake', ${literal(name)},
         schema => ${literal(schema)}, max_compacted_files => 1)`,
      ),
  );
  return merged.reduce((sum, row) => sum + Number(row[2]), 0);
}

/**
 * Finds the snapshots that go: those that are too old, and of each minute that
 * is not of late all but the last one. Each transaction reads the list of all
 * snapshots: with 100,000 of them a live commit takes 0.1 s longer.
 */
async function findExpired(
  database: Database,
  { keptMs, denseMs }: { readonly keptMs: number; readonly denseMs: number },
): Promise<string[]> {
  // `ducklake_snapshots()` would take seconds here.
  const found = await database.all(
    `SELECT snapshot_id FROM (
       SELECT snapshot_id, made, lead(made) OVER (ORDER BY snapshot_id) AS next
       FROM (SELECT snapshot_id, snapshot_time::TIMESTAMPTZ AS made
         FROM ${catalogTables}.ducklake_snapshot)
     ) WHERE next IS NOT NULL AND (
       made < ${timestamp(keptMs)} OR made < ${timestamp(denseMs)}
         AND date_trunc('minute', made) = date_trunc('minute', next)
     ) ORDER BY snapshot_id`,
  );
  return found.map(([version]) => String(version));
}

/** Expires by number: with times, SQLite catalogs compare days only. */
async function expire(
  database: Database,
  versions: readonly string[],
): Promise<void> {
  await database.run(
    `CALL ducklake_expire_snapshots('lake', versions => [${
      versions.join(", ")
    }])`,
  );
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
  const cutMs = isExact ? beforeMs : Math.floor(beforeMs / dayMs) * dayMs - 1;
  const removed = await paths(
    database,
    `CALL ducklake_cleanup_old_files('lake', older_than => ${
      timestamp(cutMs)
    })`,
  );
  return removed.length;
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
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

const mergedTables = [...lakeTables, candleParts];

/** Parts of a maintenance: each has a step or more, or none to do. */
const parts = mergedTables.length + 5;

/**
 * The steps, one after the other; the caller does each before it takes the
 * next.
 */
export function* maintenanceSteps(
  { isAlone, nowMs, fileBytes, flush, done, onProgress }: MaintenanceContext,
  options: MaintenanceOptions,
): Generator<MaintenanceStep> {
  let part = -1;
  let doing = "";
  const begin = (next: string) => onProgress?.(++part, parts, doing = next);
  const within = (done: number, all: number) =>
    onProgress?.(part, parts, `${doing}, ${done} of ${all}`);
  begin("writing the newest rows into files");
  yield flush;
  const grace = options.graceMs ?? graceMs;
  const keepMs = options.keepMs ?? keepDays * dayMs;
  // Merges go on until a file has this size.
  yield async (database) => {
    await database.run(
      `CALL lake.set_option('target_file_size', '${fileBytes}B')`,
    );
  };
  let ends: bigint[] = [];
  begin("storing candles of past hours");
  yield async (database) => {
    ends = await partEnds(database);
  };
  for (const [at, end] of ends.entries()) {
    within(at, ends.length);
    yield (database) =>
      described(
        database,
        "candles of past hours stored",
        () => storeParts(database, end),
      );
  }
  for (const table of mergedTables) {
    begin(`merging small files of ${table}`);
    let merged = 1;
    for (let merges = 0; merged > 0 && merges < maxMerges; merges++) {
      yield async (database) => {
        merged = await mergeOnce(database, table);
        done.merged += merged;
      };
    }
  }
  let expired: string[] = [];
  begin("expiring old snapshots");
  yield async (database) => {
    expired = await findExpired(database, {
      keptMs: nowMs - keepMs,
      denseMs: nowMs - (options.denseMs ?? denseMs),
    });
  };
  for (let from = 0; from < expired.length; from += expiredAtOnce) {
    within(from, expired.length);
    yield async (database) => {
      const versions = expired.slice(from, from + expiredAtOnce);
      await expire(database, versions);
      done.expired += versions.length;
    };
  }
  begin("removing files that no snapshot needs");
  yield async (database) => {
    done.removed += await removeOld(database, nowMs - grace, grace === 0);
  };
  begin("looking for files that no snapshot names");
  yield async (database) => {
    const orphans = await removeOrphans(
      database,
      isAlone ? undefined : nowMs - graceMs,
    );
    done.orphans += orphans;
    done.removed += orphans;
  };
  begin("counting what is left");
}
