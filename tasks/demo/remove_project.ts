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

/**
 * How often nothing may be found until nothing more is expected: the engine
 * finishes what it was asked to make, also for one who has gone.
 */
const quietLooks = 6;

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
 * Removes the containers, volumes and networks of a project that bear its
 * label or its name, without asking and without waiting for their end. The
 * name has to be nobody else's, also as a part. It blocks, so that nothing comes between.
 */
export function removeProject(project: string): void {
  // Also by name: a volume that was removed while its container was being made
  // comes back without its label.
  const filters = [
    `label=com.docker.compose.project=${project}`,
    `name=${project}`,
  ];
  let quiet = 0;
  for (let left = tries; left > 0 && quiet < quietLooks; left--) {
    const found = kinds.map(([list, remove]) => {
      const ids = filters.flatMap((one) => docker([...list, "--filter", one]));
      if (ids.length > 0) docker([...remove, ...new Set(ids)]);
      return ids.length;
    });
    quiet = found.some((count) => count > 0) ? 0 : quiet + 1;
    if (quiet < quietLooks) pause();
  }
}
