// The demo's sandbox: one folder and the processes that belong to it. It is
// removed whatever happens, also at a second Ctrl-C.

import { inProjectDir } from "../../lib/project.ts";

export interface Sandbox {
  readonly folder: string;
  /**
   * Adds a process; a negative pid means a process group. One that starts after
   * `clear()` is killed at once.
   */
  own(pid: number, ended: Promise<unknown>): void;
  /**
   * Sets the work that uses the folder. `clear()` gives it a moment to end, as
   * a step under way could recreate the folder.
   */
  during(work: Promise<unknown>): void;
  /** Adds a step to `clear()`, after the end of the processes. */
  onClear(step: () => void): void;
  /**
   * Kills the processes, waits for their end and removes the folder. A second
   * call waits for the first.
   */
  clear(): Promise<void>;
}

/** A process that waits for a dead disk ends much later. */
const endTimeoutMs = 5_000;

/** Steps on disk take milliseconds; those on the network leave no files. */
const unwindTimeoutMs = 1_000;

async function settled(
  work: Promise<unknown>,
  timeoutMs: number,
): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, timeoutMs);
  await Promise.race([work.catch(() => {}), timeout.promise]);
  clearTimeout(timer);
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** A dying process may still write a file while its folder is removed. */
function removeBusy(folder: string): void {
  for (let tries = 50;; tries--) {
    try {
      Deno.removeSync(folder, { recursive: true });
      return;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (tries === 0) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function removeIfEmpty(folder: string): void {
  try {
    Deno.removeSync(folder);
  } catch {
    // Other state is in it.
  }
}

export function createSandbox(): Sandbox {
  const state = inProjectDir(".state");
  const folder = `${state}/demo-${crypto.randomUUID().slice(0, 8)}`;
  Deno.mkdirSync(folder, { recursive: true });
  const owned = new Map<number, Promise<unknown>>();
  const steps: (() => void)[] = [];
  let inside: Promise<unknown> = Promise.resolve();
  let clearing: Promise<void> | undefined;

  async function allEnded(): Promise<void> {
    while (owned.size > 0) await Promise.all(owned.values());
  }
  async function clear(): Promise<void> {
    for (const pid of owned.keys()) kill(pid);
    await settled(inside, unwindTimeoutMs);
    await settled(allEnded(), endTimeoutMs);
    for (const step of steps.splice(0)) step();
    removeBusy(folder);
    removeIfEmpty(state);
  }

  return {
    folder,
    own(pid, ended) {
      owned.set(pid, ended.finally(() => owned.delete(pid)));
      if (clearing !== undefined) kill(pid);
    },
    during(work) {
      inside = work;
    },
    onClear: (step) => steps.push(step),
    clear: () => clearing ??= clear(),
  };
}
