// Opens DuckDB, attaches the lake and fences the database in.
//
// The native code reads and writes files past Deno's permissions, so DuckDB's
// own settings keep it to the lake's folder.

import { CommandError, messageOf } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { Database } from "./duckdb.ts";
import type { Moment } from "./moment.ts";
import { catalogName, dataName, literal } from "./lake_names.ts";
import { cleanTempFolders, makeTempFolder } from "./temp_folder.ts";

/** Where a lake and what it needs are. */
export interface LakeLocation {
  /** The lake's folder, absolute. */
  readonly lakeDir: string;
  /** The folder that `ensureExtensions` returned. */
  readonly extensionDir: string;
}

/** Options of {@linkcode attach}. */
export interface AttachOptions extends LakeLocation {
  /** Whether to write; else nothing can be written. */
  readonly isWriter: boolean;
  /** What a reader sees. @default the newest snapshot */
  readonly at?: Moment | undefined;
  /** Who it is, in the name of the folder for what does not fit into memory. */
  readonly tempName: string;
  /** A folder besides the lake's that may be written. @default none */
  readonly outputDir?: string | undefined;
  /** DuckDB's share of memory, in MB. @default 128 for the writer, else 256 */
  readonly memoryMb?: number | undefined;
  /** DuckDB's threads. @default 1 for the writer, else 2 */
  readonly threads?: number | undefined;
}

/** DuckDB's share of memory for what is too large for the usual one, in MB. */
export const roomyMb = 1_024;

/** How long a statement waits for another process's write, in ms. */
const busyTimeoutMs = 5_000;

/** Inserts of at most this many rows stay in the catalog until a flush. */
export const inlinedRows = 100;

function momentOption(at: Moment): string {
  return "version" in at
    ? `SNAPSHOT_VERSION ${at.version}`
    : `SNAPSHOT_TIME ${
      literal(at.time.toString({ smallestUnit: "microsecond" }))
    }`;
}

function attachStatement({ lakeDir, isWriter, at }: AttachOptions): string {
  const options = [
    `DATA_PATH ${literal(`${lakeDir}/${dataName}`)}`,
    // The catalog holds the path of the time when it was created.
    "OVERRIDE_DATA_PATH true",
    `META_BUSY_TIMEOUT ${busyTimeoutMs}`,
    `DATA_INLINING_ROW_LIMIT ${inlinedRows}`,
    ...isWriter ? ["META_JOURNAL_MODE 'WAL'"] : ["READ_ONLY"],
    ...at === undefined ? [] : [momentOption(at)],
  ];
  const catalog = literal(`ducklake:sqlite:${lakeDir}/${catalogName}`);
  return `ATTACH ${catalog} AS lake (${options.join(", ")})`;
}

function settings(
  options: AttachOptions,
  tempDir: string,
): Record<string, string> {
  return {
    extension_directory: options.extensionDir,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    allow_unsigned_extensions: "false",
    memory_limit: `${options.memoryMb ?? (options.isWriter ? 128 : 256)}MB`,
    threads: String(options.threads ?? (options.isWriter ? 1 : 2)),
    temp_directory: tempDir,
  };
}

/** What failed, in one line, without DuckDB's drawing of the statement. */
export function duckdbMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return messageOf(new Error(text.replace(/\n+LINE \d+:[^]*$/, "")));
}

async function attachTo(
  database: Database,
  options: AttachOptions,
): Promise<void> {
  await database.run("LOAD sqlite_scanner; LOAD ducklake");
  await database.run("SET TimeZone = 'UTC'");
  await database.run(attachStatement(options));
  const { lakeDir, outputDir = lakeDir } = options;
  const folders = [lakeDir, outputDir].map(literal).join(", ");
  await database.run(
    `SET allowed_directories = [${folders}]; ` +
      "SET enable_external_access = false; SET lock_configuration = true",
  );
}

/** The error of a lake that cannot be opened. */
export function openFailure(
  { lakeDir, extensionDir }: LakeLocation,
  error: unknown,
): CommandError {
  if (error instanceof CommandError) return error;
  const message = duckdbMessage(error);
  return new CommandError(
    `cannot open the lake in "${lakeDir}": ${message}`,
    /extension/i.test(message)
      ? `delete ${extensionDir}: the extensions are fetched again then`
      : /No snapshot found/.test(message)
      ? "the snapshots that are kept: deno task lake history"
      : "check LAKE_DIR, its owner and the free disk space",
    { cause: error },
  );
}

/**
 * Opens a database with the lake attached as `lake`.
 *
 * @throws {CommandError} when there is no lake to read, or it cannot be opened.
 */
export async function attach(options: AttachOptions): Promise<Database> {
  const { lakeDir, isWriter } = options;
  if (!isWriter && !exists(`${lakeDir}/${catalogName}`)) {
    throw new CommandError(
      `there is no lake in "${lakeDir}"`,
      "fill one: deno task lake run; or set LAKE_DIR to the folder of one",
    );
  }
  if (isWriter) cleanTempFolders(lakeDir);
  const temp = makeTempFolder(lakeDir, options.tempName);
  const database = await Database.open(settings(options, temp.path), temp);
  try {
    await attachTo(database, options);
    return database;
  } catch (error) {
    database.close();
    throw openFailure(options, error);
  }
}
