/**
 * Removes all that a Compose project left at the engine.
 *
 * @module
 */

const kinds: readonly (readonly [list: string[], remove: string[]])[] = [
  [["ps", "-aq"], ["rm", "-f", "-v"]],
  [["volume", "ls", "-q"], ["volume", "rm", "-f"]],
  [["network", "ls", "-q"], ["network", "rm"]],
];
const tries = 40;
const pauseMs = 150;

function docker(args: readonly string[]): string[] {
  // A later Ctrl-C must not end it half-way, hence a session of its own.
  const { stdout } = new Deno.Command("docker", {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).outputSync();
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}

/**
 * Removes the project's containers, volumes and networks, without asking and
 * without waiting for their end. It blocks, so that nothing comes between.
 */
export function removeProject(project: string): void {
  const label = `label=com.docker.compose.project=${project}`;
  let quiet = 0;
  for (let left = tries; left > 0 && quiet < 2; left--) {
    const found = kinds.map(([list, remove]) => {
      const ids = docker([...list, "--filter", label]);
      if (ids.length > 0) docker([...remove, ...ids]);
      return ids.length;
    });
    // What was asked of the engine before may still come to be.
    quiet = found.some((count) => count > 0) ? 0 : quiet + 1;
    if (quiet < 2) pause();
  }
}
