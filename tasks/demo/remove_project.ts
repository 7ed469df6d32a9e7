// Removes everything of a Compose project by force. The demo cannot leave that
// to `docker compose down`: it waits for each container to stop gracefully, and
// it misses what the engine completes later. A killed `docker compose up` goes
// on in the engine for a moment, and a volume that was removed while its
// container was being created comes back without its labels.

import { dockerBlocking } from "../docker/docker.ts";

/** What lists and what removes each kind of the project's objects. */
function commandsFor(project: string): [list: string[], remove: string[]][] {
  const label = `label=com.docker.compose.project=${project}`;
  const name = `name=${project}`;
  return [
    [["ps", "-aq", "--filter", label], ["rm", "-f", "-v"]],
    [["volume", "ls", "-q", "--filter", name], ["volume", "rm", "-f"]],
    [["network", "ls", "-q", "--filter", name], ["network", "rm"]],
  ];
}

const maxRounds = 40;
const pauseMs = 150;

/** After so many rounds without a find nothing more is expected. */
const emptyRounds = 6;

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}

/**
 * Removes the project's containers, volumes and networks. It blocks, so that
 * nothing can interrupt it. The name must not be a part of another project's.
 */
export function removeProject(project: string): void {
  let empty = 0;
  for (let round = 0; round < maxRounds && empty < emptyRounds; round++) {
    if (round > 0) pause();
    const found = commandsFor(project).map(([list, remove]) => {
      const ids = dockerBlocking(list);
      if (ids.length > 0) dockerBlocking([...remove, ...ids]);
      return ids.length;
    });
    empty = found.some((count) => count > 0) ? 0 : empty + 1;
  }
}
