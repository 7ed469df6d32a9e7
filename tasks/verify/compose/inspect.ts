/**
 * Asks the engine for containers.
 *
 * @module
 */

import type { Run } from "../../stack/process.ts";
import { type ContainerSeen, parseInspect } from "./containers.ts";

const timeoutMs = 20_000;

/**
 * Runs `docker` and waits for its end, however it is.
 *
 * @throws {Error} when there is no such program or it takes too long.
 */
export async function docker(
  run: Run,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    return await run("docker", args, { signal });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("there is no program docker");
  }
}

/**
 * What `docker` prints.
 *
 * @throws {Error} with its own words when it fails.
 */
export async function answer(
  run: Run,
  args: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await docker(run, args);
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
  const ids = await answer(run, [
    ...["ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`],
    ...["--filter", "label=com.docker.compose.oneoff=False"],
  ]);
  const names = [...ids.split("\n").filter(Boolean), ...more];
  if (names.length === 0) return [];
  // It prints those that exist, and fails for the others.
  const { stdout } = await docker(run, ["container", "inspect", ...names]);
  return parseInspect(stdout.trim() === "" ? "[]" : stdout);
}
