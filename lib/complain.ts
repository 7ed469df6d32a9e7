// The last lines of a program that ends with an error.

import { createLineQueue } from "./line_queue.ts";

/**
 * Prints lines to stderr, but never waits for a reader that is gone.
 *
 * @param command The command as typed after `deno task`.
 */
export async function complain(
  command: string,
  lines: readonly string[],
): Promise<void> {
  await using queue = createLineQueue({
    stream: Deno.stderr,
    maxBytes: 64 * 1024,
    flushTimeoutMs: () => 300,
    noteOf: (dropped) => `${command}: ${dropped} lines were dropped here`,
  });
  for (const line of lines) queue.write(line);
}
