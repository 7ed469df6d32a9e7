// What DuckDB needs on this machine: its extensions, and where its library is.

import { duckdbVersion } from "../../lakehouse/lake/extension_platforms.ts";
import { CommandError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { progress } from "../cli/print.ts";
import { defaultCacheDir } from "../host/platform.ts";
import { run } from "../host/run_process.ts";

/**
 * Makes sure that DuckDB's extensions are in the user's cache.
 *
 * @returns their folder.
 * @throws {CommandError} where they cannot be had.
 */
export async function lakeExtensions(): Promise<string> {
  const { ensureExtensions } = await import(
    "../../lakehouse/lake/extensions.ts"
  );
  return await ensureExtensions({
    cacheDir: defaultCacheDir(Deno.build.os, realPorts.env),
    sourceDir: realPorts.env("DUCKDB_EXTENSIONS"),
    run,
    report: (line) => progress(`lake: ${line}`),
  });
}

function subfolders(path: string): string[] {
  return Array.from(Deno.readDirSync(path))
    .filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => `${path}/${name}`);
}

/**
 * The library that `--allow-ffi` has to name: DuckDB's, in Deno's cache.
 *
 * @throws {CommandError} when it is not there.
 */
export async function libraryPath(): Promise<string> {
  const { stdout } = await run(Deno.execPath(), ["info", "--json"]);
  const { npmCache }: { npmCache: string } = JSON.parse(stdout);
  const { os, arch } = Deno.build;
  const cpu = arch === "aarch64" ? "arm64" : "x64";
  const system = os === "windows" ? "win32" : os;
  // A folder for each registry.
  const folders = exists(npmCache) ? subfolders(npmCache) : [];
  const paths = folders
    .map((folder) => `${folder}/@duckdb/node-bindings-${system}-${cpu}`)
    .filter(exists).flatMap(subfolders)
    .map((folder) => `${folder}/duckdb.node`).filter(exists);
  if (paths.length > 0) return paths.join(",");
  throw new CommandError(
    `DuckDB ${duckdbVersion} is not in Deno's cache "${npmCache}"`,
    "run it again with the network: deno task lake status",
  );
}
