// Pulls the images of the stack.

import type { Progress } from "../cli/print.ts";
import type { Docker } from "./docker.ts";

function isMilestone(line: string): boolean {
  return /Pull complete|Downloaded newer|up to date|Pulling from/.test(line);
}

export async function pullMissing(
  docker: Docker,
  images: readonly string[],
  progress: Progress,
): Promise<void> {
  for (const image of new Set(images)) {
    const { code } = await docker.run(["image", "inspect", image]);
    if (code === 0) continue;
    progress(`Pulling ${image}`);
    await docker.output(["pull", image], {
      timeoutMs: Infinity,
      onLine(line) {
        if (isMilestone(line)) progress(`  ${line.trim()}`);
      },
    });
  }
}
