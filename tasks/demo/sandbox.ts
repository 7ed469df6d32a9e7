/**
 * The demo's throw-away place: one folder and the processes in it. It is
 * cleared whatever happens, also by a second Ctrl-C.
 *
 * @module
 */

import { pathOf, projectDir } from "../../lib/project.ts";

const stateUrl = new URL(".state", projectDir);

/** The place. */
export interface Place {
  /** Absolute path of its folder. */
  readonly folder: string;
  /**
   * Notes a process that must not outlive the demo; a negative number is a
   * whole process group. One that starts too late ends at once.
   */
  own(pid: number, ended: Promise<unknown>): void;
  /**
   * Notes the work that goes on in the folder. `clear()` waits a moment for
   * it: a step under way could make the folder anew.
   */
  during(work: Promise<unknown>): void;
  /** Notes work that `clear()` does once the processes are gone. */
  onClear(work: () => void): void;
  /**
   * Ends the processes without asking, waits for their end and removes the
   * folder. A second call waits for the first one.
   */
  clear(): Promise<void>;
}

/** A process in the kernel's hands, on a dead disk say, ends much later. */
const endDeadlineMs = 5_000;

/** Steps on disk take milliseconds; those on the network leave no file. */
const unwindMs = 1_000;

/** Waits for a promise to settle, but only so long. */
async function settled(work: Promise<unknown>, mostMs: number): Promise<void> {
  const deadline = Promise.withResolvers<void>();
  const timer = setTimeout(deadline.resolve, mostMs);
  await Promise.race([work.catch(() => {}), deadline.promise]);
  clearTimeout(timer);
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Makes the place. */
export function makePlace(): Place {
  const state = pathOf(stateUrl);
  const folder = `${state}/demo-${crypto.randomUUID().slice(0, 8)}`;
  Deno.mkdirSync(folder, { recursive: true });
  const owned = new Map<number, Promise<unknown>>();
  const works: (() => void)[] = [];
  let inside: Promise<unknown> = Promise.resolve();
  let clearing: Promise<void> | undefined;
  const clear = async () => {
    for (const pid of owned.keys()) kill(pid);
    await settled(inside, unwindMs);
    const ended = async () => {
      while (owned.size > 0) await Promise.all(owned.values());
    };
    await settled(ended(), endDeadlineMs);
    for (const work of works.splice(0)) work();
    removeBusy(folder);
    try {
      // Only an empty folder goes: whatever else is in it stays.
      Deno.removeSync(state);
    } catch {
      // Somebody else's state is in it.
    }
  };
  return {
    folder,
    own(pid, ended) {
      owned.set(pid, ended.finally(() => owned.delete(pid)));
      if (clearing !== undefined) kill(pid);
    },
    during(work) {
      inside = work;
    },
    onClear: (work) => works.push(work),
    clear: () => clearing ??= clear(),
  };
}

/** A process that dies may still write a file while its folder is removed. */
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
