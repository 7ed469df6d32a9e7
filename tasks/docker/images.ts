/**
 * The images of the stack: those that are not there are pulled, with progress.
 *
 * @module
 */

import type { Progress } from "../cli/print.ts";
import type { Docker } from "./docker.ts";

/** A line of `docker pull` that is worth showing off a terminal. */
function isNews(line: string): boolean {
  return /Pull complete|Downloaded newer|up to date|Pulling from/.test(line);
}

/**
 * Pulls what is missing.
 *
 * @param images Names with tags.
 * @throws {CommandError} with a diagnosis for one that cannot be had.
 */
export async function pullMissing(
  docker: Docker,
  images: readonly string[],
  progress: Progress,
): Promise<void> {
  for (const image of new Set(images)) {
    const { code } = await docker.ask(["image", "inspect", image]);
    if (code === 0) continue;
    progress(`Pulling ${image}`);
    await docker.must(["pull", image], (line) => {
      if (isNews(line)) progress(`  ${line.trim()}`);
    });
  }
}
