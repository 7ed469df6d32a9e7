// The lake's tables and views as Parquet files, for any other tool.

import { CommandError } from "../../lib/errors.ts";
import { attach, duckdbMessage, type LakeLocation } from "./attach.ts";
import { makeExportFolder, removeIfEmpty } from "./export_folder.ts";
import type { Moment } from "./moment.ts";
import type { Database } from "./duckdb.ts";
import { literal, relationNames } from "./lake_names.ts";
import { makeTempFolder } from "./temp_folder.ts";

/** Options of {@linkcode exportTables}. */
export interface ExportOptions extends LakeLocation {
  /** The folder to make, absolute; it must not exist, or be empty. */
  readonly outputDir: string;
  /** What is exported. @default the newest snapshot */
  readonly at?: Moment | undefined;
  /** Ends it; the folder is left as it was. */
  readonly signal: AbortSignal;
  /** Called before each table: how many are done, and how many there are. */
  readonly onProgress: (done: number, all: number) => void;
}

/** A file that was written. */
export interface ExportedTable {
  /** E.g. `silver.crypto_ticks`. */
  readonly table: string;
  /** Its rows. */
  readonly rows: number;
  /** The file's size. */
  readonly bytes: number;
}

interface Output {
  readonly outputDir: string;
  readonly draftDir: string;
}

async function copyAll(
  database: Database,
  { outputDir, draftDir }: Output,
  { onProgress, signal }: Pick<ExportOptions, "onProgress" | "signal">,
): Promise<ExportedTable[]> {
  const exported: ExportedTable[] = [];
  // One transaction sees one snapshot, also while another process writes.
  await database.run("BEGIN");
  const names = (await database.all(relationNames)).map(([name]) =>
    String(name)
  );
  for (const [index, table] of names.entries()) {
    signal.throwIfAborted();
    onProgress(index, names.length);
    const path = `${draftDir}/${table}.parquet`;
    const [[rows] = []] = await database.all(
      `COPY (FROM lake.${table}) TO ${literal(path)}
       (FORMAT parquet, COMPRESSION zstd)`,
    );
    const { size: bytes } = Deno.statSync(path);
    exported.push({ table, rows: Number(rows), bytes });
  }
  signal.throwIfAborted();
  for (const { table } of exported) {
    const file = `${table}.parquet`;
    Deno.renameSync(`${draftDir}/${file}`, `${outputDir}/${file}`);
  }
  onProgress(names.length, names.length);
  return exported;
}

/**
 * Writes every table and view into a file of its name, all of one snapshot. The
 * files appear when all are complete; else the folder is left as it was.
 *
 * @throws the signal's reason when it aborts.
 * @throws {CommandError} for a folder that is not empty or cannot be written.
 */
export async function exportTables(
  { outputDir, ...options }: ExportOptions,
): Promise<ExportedTable[]> {
  const { signal } = options;
  const isNew = makeExportFolder(outputDir);
  using draft = makeTempFolder(outputDir, "export");
  const output = { outputDir, draftDir: draft.path };
  let exported: ExportedTable[] | undefined;
  try {
    const database = await attach({
      ...options,
      outputDir,
      isWriter: false,
      tempName: "export",
    });
    const interrupt = () => database.interrupt();
    signal.addEventListener("abort", interrupt);
    try {
      return exported = await copyAll(database, output, options);
    } finally {
      signal.removeEventListener("abort", interrupt);
      database.close();
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `cannot export to "${outputDir}": ${duckdbMessage(error)}`,
      "check the free disk space there, then try again",
      { cause: error },
    );
  } finally {
    if (exported === undefined && isNew) {
      draft[Symbol.dispose]();
      removeIfEmpty(outputDir);
    }
  }
}
