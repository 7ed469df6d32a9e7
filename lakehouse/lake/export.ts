// The lake's tables and views as Parquet files, for any other tool.

import { CommandError, messageOf } from "../../lib/errors.ts";
import { removeIfExists } from "../../lib/files.ts";
import { attach, duckdbMessage, type LakeLocation } from "./attach.ts";
import type { Moment } from "./moment.ts";
import { literal, relationNames } from "./lake_names.ts";

/** Options of {@linkcode exportTables}. */
export interface ExportOptions extends LakeLocation {
  /** The folder to make, absolute; it must not exist, or be empty. */
  readonly outputDir: string;
  /** What is exported. @default the newest snapshot */
  readonly at?: Moment | undefined;
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

/** The file that is being written, for those who end an export half-way. */
export function partialFile(outputDir: string): string {
  return `${outputDir}/.partial.parquet`;
}

function prepare(folder: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true });
    if ([...Deno.readDirSync(folder)].length === 0) return;
  } catch (error) {
    throw new CommandError(
      `cannot use the folder "${folder}": ${messageOf(error)}`,
      "name a folder that this user can write",
      { cause: error },
    );
  }
  throw new CommandError(
    `the folder "${folder}" is not empty: nothing there is overwritten`,
    "name a new folder, or empty that one",
  );
}

/**
 * Writes every table and view into a file of its name, all of one snapshot. A
 * file appears when it is complete.
 *
 * @throws {CommandError} for a folder that is not empty or cannot be written.
 */
export async function exportTables(
  { outputDir, onProgress, ...options }: ExportOptions,
): Promise<ExportedTable[]> {
  prepare(outputDir);
  const database = await attach({
    ...options,
    outputDir,
    isWriter: false,
    tempName: `export-${Deno.pid}`,
  });
  const partial = partialFile(outputDir);
  const exported: ExportedTable[] = [];
  try {
    // One transaction sees one snapshot, also while another process writes.
    await database.run("BEGIN");
    const names = (await database.all(relationNames)).map(([name]) =>
      String(name)
    );
    for (const [index, table] of names.entries()) {
      onProgress(index, names.length);
      const [[rows] = []] = await database.all(
        `COPY (FROM lake.${table}) TO ${literal(partial)}
         (FORMAT parquet, COMPRESSION zstd)`,
      );
      const path = `${outputDir}/${table}.parquet`;
      Deno.renameSync(partial, path);
      const { size: bytes } = Deno.statSync(path);
      exported.push({ table, rows: Number(rows), bytes });
    }
    onProgress(names.length, names.length);
    return exported;
  } catch (error) {
    throw new CommandError(
      `cannot export to "${outputDir}": ${duckdbMessage(error)}`,
      "check the free disk space, empty the folder, then try again",
      { cause: error },
    );
  } finally {
    database.close();
    await removeIfExists(partial);
  }
}
