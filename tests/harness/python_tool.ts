// Programs of Python for tests, from the user's cache.

import { CommandError } from "../../lib/errors.ts";
import { progress } from "../../tasks/cli/print.ts";
import { defaultCacheDir } from "../../tasks/host/platform.ts";
import type { PythonToolPorts } from "../../tasks/host/python_tool.ts";
import { run } from "../../tasks/host/run_process.ts";

/**
 * The path of a program; `undefined`, and a line that says why, where it cannot
 * be had, unless CI is set.
 */
export async function findPythonTool(
  ensure: (ports: PythonToolPorts) => Promise<string>,
): Promise<string | undefined> {
  const platform = Deno.build.os;
  try {
    const cacheDir = defaultCacheDir(platform, Deno.env.get);
    return await ensure({ cacheDir, platform, run, progress });
  } catch (error) {
    if (!(error instanceof CommandError) || Deno.env.get("CI")) throw error;
    progress(`skipped: ${error.message}`);
    return undefined;
  }
}
