/**
 * Keeps two commands from changing the same thing at once.
 *
 * @module
 */

/** What to do while another process holds the lock. */
export interface LockOptions {
  /** Called once when there is somebody to wait for. */
  readonly onWait: () => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

const pollMs = 50;

/** Resolves after some milliseconds. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Takes the lock file, waiting as long as it takes. The lock is the kernel's
 * and goes with the process that holds it, however that ends; so the file
 * itself is never removed.
 */
export async function takeLock(
  path: string,
  options: LockOptions,
): Promise<Disposable> {
  const file = await Deno.open(path, {
    read: true,
    write: true,
    create: true,
  });
  try {
    if (!file.tryLockSync(true)) {
      options.onWait();
      do {
        options.signal?.throwIfAborted();
        await delay(pollMs);
      } while (!file.tryLockSync(true));
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return { [Symbol.dispose]: () => file.close() };
}
