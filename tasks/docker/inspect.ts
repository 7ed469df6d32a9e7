// Inspects containers.

import { type ContainerSeen, parseInspect } from "./container.ts";
import type { Docker } from "./docker.ts";

export async function inspectContainers(
  docker: Docker,
  names: readonly string[],
): Promise<ContainerSeen[]> {
  if (names.length === 0) return [];
  // It prints those that exist, and fails for the others.
  const { stdout } = await docker.run(["container", "inspect", ...names]);
  return parseInspect(stdout);
}

/** Throws what docker printed, for a caller that diagnoses it. */
export async function rawOutput(
  docker: Docker,
  args: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await docker.run(args);
  if (code === 0) return stdout;
  throw new Error(stderr.trim() || `docker ${args[0]} exited with ${code}`);
}

/**
 * The containers of a Compose project and those named in `more`, running or
 * not.
 */
export async function inspectProject(
  docker: Docker,
  project: string,
  more: readonly string[] = [],
): Promise<ContainerSeen[]> {
  const ids = await rawOutput(docker, [
    ...["ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`],
    ...["--filter", "label=com.docker.compose.oneoff=False"],
  ]);
  const names = [...ids.split("\n").filter(Boolean), ...more];
  return await inspectContainers(docker, names);
}

export async function readLog(docker: Docker, name: string): Promise<string> {
  const { stdout, stderr } = await docker.run(["logs", "--tail", "200", name]);
  return `${stdout}\n${stderr}`;
}
