// Lock files. The lock is the kernel's and ends with the process that holds
// it, however that ends; the file itself is never removed.

import { delay } from "./clock.ts";

const pollMs = 50;

/**
 * Takes a lock file, created if missing. Closing the file releases it.
 *
 * @returns `undefined` while another process holds it.
 */
export function tryLock(path: string): Deno.FsFile | undefined {
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  try {
    if (file.tryLockSync(true)) return file;
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return undefined;
}

/**
 * Takes a lock file as soon as no other process holds it.
 *
 * @param options `onWait` is called once when another process holds the lock;
 * `signal` ends the waiting with its reason.
 */
export async function waitForLock(
  path: string,
  { onWait, signal }: {
    readonly onWait: () => void;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Deno.FsFile> {
  for (let tries = 0;; tries++) {
    const file = tryLock(path);
    if (file !== undefined) return file;
    if (tries === 0) onWait();
    signal?.throwIfAborted();
    await delay(pollMs);
  }
}
