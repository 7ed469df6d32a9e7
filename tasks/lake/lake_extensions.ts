// What DuckDB needs on this machine: its extensions, and where its library is.

import { duckdbVersion } from "../../lakehouse/lake/extension_platforms.ts";
import { CommandError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { attempt } from "../../lib/result.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { progress } from "../cli/print.ts";
import { defaultCacheDir } from "../host/platform.ts";
import { type Run, run } from "../host/run_process.ts";

/**
 * Makes sure that DuckDB's extensions are in the user's cache.
 *
 * @param runProgram Starts what gets them.
 * @returns their folder.
 * @throws {CommandError} where they cannot be had.
 */
export async function lakeExtensions(
  runProgram: Run = run,
): Promise<string> {
  const { ensureExtensions } = await import(
    "../../lakehouse/lake/extensions.ts"
  );
  return await ensureExtensions({
    cacheDir: defaultCacheDir(Deno.build.os, realPorts.env),
    sourceDir: realPorts.env("DUCKDB_EXTENSIONS"),
    run: runProgram,
    report: (line) => progress(`lake: ${line}`),
  });
}

function subfolders(path: string): string[] {
  return Array.from(Deno.readDirSync(path))
    .filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => `${path}/${name}`);
}

function findLibrary(npmCache: string): string[] {
  const { os, arch } = Deno.build;
  const cpu = arch === "aarch64" ? "arm64" : "x64";
  const system = os === "windows" ? "win32" : os;
  // A folder for each registry.
  const folders = exists(npmCache) ? subfolders(npmCache) : [];
  return folders
    .map((folder) => `${folder}/@duckdb/node-bindings-${system}-${cpu}`)
    .filter(exists).flatMap(subfolders)
    .map((folder) => `${folder}/duckdb.node`).filter(exists);
}

/**
 * The library that `--allow-ffi` has to name: DuckDB's, in Deno's cache, where
 * it is put if it is missing.
 *
 * @throws {CommandError} when it cannot be had.
 */
export async function libraryPath(runProgram: Run = run): Promise<string> {
  const { stdout } = await runProgram(Deno.execPath(), ["info", "--json"]);
  const { npmCache }: { npmCache: string } = JSON.parse(stdout);
  const found = findLibrary(npmCache);
  if (found.length > 0) return found.join(",");
  progress(`lake: fetching DuckDB ${duckdbVersion} ...`);
  const { fetchEngine } = await import(
    "../../lakehouse/lake/extension_sources.ts"
  );
  const done = await attempt(() => fetchEngine({ run: runProgram }));
  const fetched = findLibrary(npmCache);
  if (fetched.length > 0) return fetched.join(",");
  throw new CommandError(
    `cannot get DuckDB ${duckdbVersion} into Deno's cache "${npmCache}": ` +
      (done.ok ? "its library is not there" : done.error),
    "check the connection to the npm registry (network, proxy)",
  );
}
