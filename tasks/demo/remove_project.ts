/**
 * Removes all that a Compose project left at the engine.
 *
 * @module
 */

/** How a kind of thing is listed, known as the project's, and removed. */
const kinds: readonly {
  readonly list: readonly string[];
  readonly filter: (project: string) => string;
  readonly remove: readonly string[];
}[] = [
  {
    list: ["ps", "-aq"],
    filter: (project) => `label=com.docker.compose.project=${project}`,
    remove: ["rm", "-f", "-v"],
  },
  // A volume that was removed while its container was being made comes back
  // without its label.
  {
    list: ["volume", "ls", "-q"],
    filter: (project) => `name=${project}`,
    remove: ["volume", "rm", "-f"],
  },
  {
    list: ["network", "ls", "-q"],
    filter: (project) => `name=${project}`,
    remove: ["network", "rm"],
  },
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
 * Removes the project's containers, volumes and networks, without asking and
 * without waiting for their end. It blocks, so that nothing comes between.
 *
 * @param project Its name, which must not be a part of anybody else's.
 */
export function removeProject(project: string): void {
  let quiet = 0;
  for (let left = tries; left > 0 && quiet < quietLooks; left--) {
    const found = kinds.map(({ list, filter, remove }) => {
      const ids = docker([...list, "--filter", filter(project)]);
      if (ids.length > 0) docker([...remove, ...ids]);
      return ids.length;
    });
    quiet = found.some((count) => count > 0) ? 0 : quiet + 1;
    if (quiet < quietLooks) pause();
  }
}
