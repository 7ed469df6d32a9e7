// dbt in a virtual environment of its own, in the user's cache.

import { CommandError, messageOf } from "../../lib/errors.ts";
import { waitForLock } from "../../lib/file_lock.ts";
import { exists, removeIfExists, sha256 } from "../../lib/files.ts";
import type { Platform } from "../host/platform.ts";
import type { Run } from "../host/run_process.ts";

/** dbt, its adapter and the engine, of the version that runs the lake. */
export const dbtPackages = [
  "dbt-core==1.11.16",
  "dbt-duckdb==1.11.1",
  "duckdb==1.5.5",
] as const;

/** What {@linkcode ensureDbt} needs from outside. */
export interface DbtPorts {
  readonly platform: Platform;
  readonly run: Run;
  readonly progress: (line: string) => void;
}

function programs(platform: Platform): { python: string; folder: string } {
  return platform === "windows"
    ? { python: "python", folder: "Scripts" }
    : { python: "python3", folder: "bin" };
}

async function runOrThrow(
  run: Run,
  [program, ...args]: readonly [string, ...string[]],
  next: string,
): Promise<void> {
  let problem: string;
  try {
    const { code, stdout, stderr } = await run(program, args);
    if (code === 0) return;
    const lines = (stderr.trim() || stdout.trim()).split("\n");
    problem = `exit code ${code}: ${lines.at(-1)}`;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    problem = "not found in PATH";
  }
  throw new CommandError(
    `dbt cannot be installed: ${[program, ...args].join(" ")}: ${problem}`,
    next,
  );
}

/**
 * Returns the path of dbt, and installs it first where the cache lacks it. Safe
 * to run concurrently.
 *
 * @param cacheDir the project's folder in the user's cache.
 * @throws {CommandError} where Python, pip or the packages cannot be had.
 */
export async function ensureDbt(
  cacheDir: string,
  { platform, run, progress }: DbtPorts,
): Promise<string> {
  const { python, folder } = programs(platform);
  const key = (await sha256(dbtPackages.join(" "))).slice(0, 12);
  const dir = `${cacheDir}/dbt-${key}`;
  const dbt = `${dir}/${folder}/dbt`;
  // A virtual environment cannot be moved: a mark says that it is complete.
  const mark = `${dir}/complete`;
  if (exists(mark)) return dbt;
  try {
    await Deno.mkdir(cacheDir, { recursive: true });
    using _lock = await waitForLock(`${dir}.lock`, {
      onWait: () => progress("waiting for another command that installs dbt"),
    });
    if (exists(mark)) return dbt;
    progress(`installing dbt in ${dir} ...`);
    await removeIfExists(dir);
    await runOrThrow(
      run,
      [python, "-m", "venv", dir],
      "install Python 3.10 or newer with its venv module, e.g. " +
        "sudo apt install python3-venv",
    );
    const pip = ["-m", "pip", "install", "--quiet", "--no-input"];
    await runOrThrow(
      run,
      [`${dir}/${folder}/${python}`, ...pip, ...dbtPackages],
      "check the network, and pip's settings for an index or a proxy",
    );
    await Deno.writeTextFile(mark, "");
    return dbt;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `dbt cannot be kept in ${cacheDir}: ${messageOf(error)}`,
      "make the folder writable",
      { cause: error },
    );
  }
}
