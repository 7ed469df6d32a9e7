// The project's commands as a user runs them, here or in a clone.

import { pathOf, projectDir } from "../../lib/project.ts";
import { type ProcessResult, run } from "../../tasks/host/run_process.ts";

export type Env = Readonly<Record<string, string>>;

export function deno(
  args: readonly string[],
  env: Env = {},
  cwd: URL | string = projectDir,
): Promise<ProcessResult> {
  return run(Deno.execPath(), args, { cwd, env: { NO_COLOR: "1", ...env } });
}

/** Runs a command of `tasks/`, without the install that precedes it. */
export function task(
  name: string,
  args: readonly string[],
  env: Env = {},
): Promise<ProcessResult> {
  return deno(["run", "-q", "-P=tasks", `tasks/${name}.ts`, ...args], env);
}

/** Type-checks a source with further flags of `deno check`. */
export async function check(
  source: string,
  ...flags: string[]
): Promise<ProcessResult> {
  // Not under .state/, which deno.json excludes from checks.
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, source);
    return await deno(["check", "-q", ...flags, file]);
  } finally {
    await Deno.remove(file);
  }
}

/** Copies what a clone would have, with the changes that are not committed. */
export async function copyProject(to: string): Promise<void> {
  const listed = ["ls-files", "-z", "-co", "--exclude-standard"];
  const { stdout } = await run("git", listed, { cwd: projectDir });
  for (const path of stdout.split("\0").filter(Boolean)) {
    const target = `${to}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), {
      recursive: true,
    });
    try {
      await Deno.copyFile(new URL(path, projectDir), target);
    } catch (error) {
      // Git lists what was deleted in the work tree too.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** A fresh clone, without packages, while `work` runs. */
export async function withClone(
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const id = crypto.randomUUID().slice(0, 8);
  const folder = pathOf(new URL(`.state/test-clone-${id}`, projectDir));
  try {
    await copyProject(folder);
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
