/**
 * Asks the engine for containers.
 *
 * @module
 */

import { ask } from "./docker.ts";
import type { Run } from "../host/run_process.ts";
import { type ContainerSeen, parseInspect } from "./container.ts";

/**
 * What `docker` prints.
 *
 * @throws {Error} with its own words when it fails: the checks diagnose them.
 */
export async function rawAnswer(
  run: Run,
  args: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await ask(run, args);
  if (code === 0) return stdout;
  throw new Error(stderr.trim() || `docker ${args[0]} ended with ${code}`);
}

/**
 * The containers of a Compose project, also those that do not run.
 *
 * @param more Names of others to look at; those that do not exist are left out.
 */
export async function inspectProject(
  run: Run,
  project: string,
  more: readonly string[] = [],
): Promise<ContainerSeen[]> {
  const ids = await rawAnswer(run, [
    ...["ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`],
    ...["--filter", "label=com.docker.compose.oneoff=False"],
  ]);
  const names = [...ids.split("\n").filter(Boolean), ...more];
  if (names.length === 0) return [];
  // It prints those that exist, and fails for the others.
  const { stdout } = await ask(run, ["container", "inspect", ...names]);
  return parseInspect(stdout.trim() === "" ? "[]" : stdout);
}
