// Python programs, each in a virtual environment of its own in the user's cache.

import { CommandError, messageOf } from "../../lib/errors.ts";
import { waitForLock } from "../../lib/file_lock.ts";
import { exists, removeIfExists, sha256 } from "../../lib/files.ts";
import type { Platform } from "./platform.ts";
import type { Run } from "./run_process.ts";

/** A program of Python, and what it is installed from. */
export interface PythonTool {
  /** Its name, which is that of the program too. */
  readonly name: string;
  /** Requirements as pip reads them, each with its version. */
  readonly packages: readonly string[];
}

/** What {@linkcode ensurePythonTool} needs from outside. */
export interface PythonToolPorts {
  /** The project's folder in the user's cache. */
  readonly cacheDir: string;
  readonly platform: Platform;
  readonly run: Run;
  readonly progress: (line: string) => void;
}

function programs(platform: Platform): { python: string; folder: string } {
  return platform === "windows"
    ? { python: "python", folder: "Scripts" }
    : { python: "python3", folder: "bin" };
}

// Where pip is set to install for the user, it refuses a virtual environment.
const pipEnv = { PIP_USER: "0" };

async function runOrThrow(
  run: Run,
  [program, ...args]: readonly [string, ...string[]],
  { name, next }: { readonly name: string; readonly next: string },
): Promise<void> {
  let problem: string;
  try {
    const { code, stdout, stderr } = await run(program, args, { env: pipEnv });
    if (code === 0) return;
    const lines = (stderr.trim() || stdout.trim()).split("\n");
    problem = `exit code ${code}: ${lines.at(-1)}`;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    problem = "not found in PATH";
  }
  throw new CommandError(
    `${name} cannot be installed: ${[program, ...args].join(" ")}: ${problem}`,
    next,
  );
}

/**
 * Returns the path of a program, and installs it first where the cache lacks
 * it. Safe to run concurrently.
 *
 * @throws {CommandError} where Python, pip or the packages cannot be had.
 */
export async function ensurePythonTool(
  { name, packages }: PythonTool,
  { cacheDir, platform, run, progress }: PythonToolPorts,
): Promise<string> {
  const { python, folder } = programs(platform);
  const key = (await sha256(packages.join(" "))).slice(0, 12);
  const dir = `${cacheDir}/${name}-${key}`;
  const program = `${dir}/${folder}/${name}`;
  // A virtual environment cannot be moved: a mark says that it is complete.
  const mark = `${dir}/complete`;
  if (exists(mark)) return program;
  try {
    await Deno.mkdir(cacheDir, { recursive: true });
    using _lock = await waitForLock(`${dir}.lock`, {
      onWait: () =>
        progress(`waiting for another command that installs ${name}`),
    });
    if (exists(mark)) return program;
    progress(`installing ${name} in ${dir} ...`);
    await removeIfExists(dir);
    await runOrThrow(run, [python, "-m", "venv", dir], {
      name,
      next: "install Python 3.10 or newer with its venv module, e.g. " +
        "sudo apt install python3-venv",
    });
    // Byte code is made of what is used, when it is used first.
    const install = ["-m", "pip", "install", "--quiet", "--no-input"];
    const pip = [...install, "--no-compile"];
    await runOrThrow(
      run,
      [`${dir}/${folder}/${python}`, ...pip, ...packages],
      {
        name,
        next: "check the network, and pip's settings for an index or a proxy",
      },
    );
    await Deno.writeTextFile(mark, "");
    return program;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `${name} cannot be kept in ${cacheDir}: ${messageOf(error)}`,
      "make the folder writable",
      { cause: error },
    );
  }
}
