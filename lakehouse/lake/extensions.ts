// DuckDB's extensions: gets, checks and places them in the user's cache.

import { CommandError } from "../../lib/errors.ts";
import { waitForLock } from "../../lib/file_lock.ts";
import { exists, ifExists, removeIfExists } from "../../lib/files.ts";
import {
  duckdbVersion,
  extensionNames,
  extensionPlatforms,
  platformName,
} from "./extension_platforms.ts";
import {
  fetchEngine,
  fileName,
  folderOf,
  fromFolder,
  fromSite,
  fromWheels,
  reasonOf,
  runChild,
  type RunProgram,
  type SourceContext,
} from "./extension_sources.ts";

export type { RunProgram } from "./extension_sources.ts";

/** Options of {@linkcode ensureExtensions}. */
export interface ExtensionOptions {
  /** The user's cache folder of this project. */
  readonly cacheDir: string;
  /** `DUCKDB_EXTENSIONS`: a folder that holds the files. @default none */
  readonly sourceDir?: string | undefined;
  /** Starts programs: Deno, pip. */
  readonly run: RunProgram;
  /** Gets one line when files are placed, and one before a long wait. */
  readonly report: (line: string) => void;
  /** The machine. @default Deno.build */
  readonly build?: Pick<typeof Deno.build, "os" | "arch" | "target">;
}

const what = `DuckDB's extensions ${extensionNames.join(" and ")} ` +
  duckdbVersion;

function isComplete(directory: string, platform: string): boolean {
  const folder = folderOf(directory, platform);
  return extensionNames.every((name) => exists(`${folder}/${fileName(name)}`));
}

interface Source {
  readonly name: string;
  get(context: SourceContext): Promise<void> | void;
}

function sourcesOf(sourceDir: string | undefined): Source[] {
  if (sourceDir === undefined || sourceDir === "") {
    return [
      { name: "DuckDB's site", get: fromSite },
      { name: "Python's wheels", get: fromWheels },
    ];
  }
  // A folder that was named is used, or said to be wrong.
  return [{
    name: `DUCKDB_EXTENSIONS=${sourceDir}`,
    get: (context) => fromFolder(sourceDir, context),
  }];
}

/** Moves the files into the cache; each appears whole or not at all. */
function place(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const name of extensionNames) {
    const file = fileName(name);
    try {
      Deno.renameSync(`${from}/${file}`, `${to}/${file}`);
    } catch (error) {
      // Windows keeps a file that a process has loaded.
      if (!exists(`${to}/${file}`)) throw error;
    }
  }
}

function totalMegabytes(folder: string): string {
  const sizes = extensionNames.map((name) =>
    ifExists(() => Deno.statSync(`${folder}/${fileName(name)}`).size) ?? 0
  );
  return (sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(0);
}

async function get(
  options: ExtensionOptions,
  directory: string,
  platform: string,
): Promise<void> {
  const facts = extensionPlatforms[platform] ?? { label: platform };
  const stagingDir = `${directory}/staging`;
  const context = { platform, facts, stagingDir, run: options.run };
  try {
    await fetchEngine(context);
  } catch (error) {
    throw new CommandError(
      `cannot get DuckDB ${duckdbVersion}: ${reasonOf("npm", error)}`,
      "check the connection to the npm registry (network, proxy)",
    );
  }
  const reasons: string[] = [];
  for (const source of sourcesOf(options.sourceDir)) {
    // What a process left that was ended in the middle.
    await removeIfExists(stagingDir);
    Deno.mkdirSync(stagingDir, { recursive: true });
    try {
      await source.get(context);
      await runChild("load", context);
      const folder = folderOf(directory, platform);
      place(folderOf(stagingDir, platform), folder);
      options.report(
        `${what}: got from ${source.name}, signature checked, ` +
          `${totalMegabytes(folder)} MB placed in ${folder}`,
      );
      return;
    } catch (error) {
      reasons.push(reasonOf(source.name, error));
    } finally {
      await removeIfExists(stagingDir);
    }
  }
  const hasWheel = facts.wheel !== undefined;
  throw new CommandError(
    `cannot get ${what} for ${facts.label}: ${reasons.join("; ")}`,
    options.sourceDir
      ? `put both files there, whole and of DuckDB ${duckdbVersion} for ` +
        `${facts.label}, or unset DUCKDB_EXTENSIONS`
      : hasWheel
      ? "connect to the network and install pip, or set DUCKDB_EXTENSIONS to " +
        "a folder with both files"
      : `${facts.label} has DuckDB's site alone: connect to the network, or use ` +
        "Linux with glibc, macOS, or Windows on x64",
  );
}

/** The user's folder of the files of a platform; `undefined` if incomplete. */
export function cachedExtensions(
  cacheDir: string,
  platform: string,
): string | undefined {
  const directory = `${cacheDir}/duckdb`;
  return isComplete(directory, platform)
    ? folderOf(directory, platform)
    : undefined;
}

/**
 * Gets the extensions of another platform than this machine's, for a container
 * that cannot get them itself: Python's wheels, whose content is pinned. DuckDB
 * checks the signature where it loads them.
 *
 * @returns the folder of the files.
 * @throws {CommandError} where they cannot be had.
 */
export async function fetchForeignExtensions(
  { cacheDir, run, report }: Omit<ExtensionOptions, "build" | "sourceDir">,
  platform: string,
): Promise<string> {
  const directory = `${cacheDir}/duckdb`;
  const folder = folderOf(directory, platform);
  Deno.mkdirSync(directory, { recursive: true });
  const onWait = () => report("another process gets DuckDB's extensions ...");
  const lock = await waitForLock(`${directory}/lock`, { onWait });
  const stagingDir = `${directory}/staging`;
  const facts = extensionPlatforms[platform] ?? { label: platform };
  try {
    if (isComplete(directory, platform)) return folder;
    await removeIfExists(stagingDir);
    await fromWheels({ platform, facts, stagingDir, run });
    place(folderOf(stagingDir, platform), folder);
    report(
      `${what} for ${facts.label}: got from Python's wheels, content ` +
        `checked, ${totalMegabytes(folder)} MB placed in ${folder}`,
    );
    return folder;
  } catch (error) {
    throw new CommandError(
      `cannot get ${what} for ${facts.label}: ` +
        reasonOf("Python's wheels", error),
      "connect to the network and install pip, or set DUCKDB_EXTENSIONS to " +
        "a folder with both files",
    );
  } finally {
    await removeIfExists(stagingDir);
    lock.close();
  }
}

/**
 * Makes sure that the extensions are in the user's cache: from there, else
 * from `DUCKDB_EXTENSIONS`, else from DuckDB's site, else from Python's
 * wheels. Processes that start at once do it one after the other.
 *
 * @returns DuckDB's extension directory.
 * @throws {CommandError} where they cannot be had, with all reasons.
 */
export async function ensureExtensions(
  options: ExtensionOptions,
): Promise<string> {
  const platform = platformName(options.build ?? Deno.build);
  const directory = `${options.cacheDir}/duckdb`;
  if (isComplete(directory, platform)) return directory;
  Deno.mkdirSync(directory, { recursive: true });
  const lock = await waitForLock(`${directory}/lock`, {
    onWait: () =>
      options.report("another process gets DuckDB's extensions ..."),
  });
  try {
    if (!isComplete(directory, platform)) {
      await get(options, directory, platform);
    }
    return directory;
  } finally {
    lock.close();
  }
}
