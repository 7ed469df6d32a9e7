/**
 * The demo's throw-away place: one folder and the processes in it. It is
 * cleared whatever happens, also by a second Ctrl-C.
 *
 * @module
 */

import { pathOf } from "../../producer/settings.ts";

const stateUrl = new URL("../../.state", import.meta.url);

/** The place. */
export interface Place {
  /** Absolute path of its folder. */
  readonly folder: string;
  /**
   * Notes a process that must not outlive the demo; a negative number is a
   * whole process group.
   */
  own(pid: number): void;
  /** Notes work that `clear()` does once the processes are gone. */
  onClear(work: () => void): void;
  /** Ends the processes without asking and removes the folder. */
  clear(): void;
}

/** Makes the place. */
export function makePlace(): Place {
  const state = pathOf(stateUrl);
  const folder = `${state}/demo-${crypto.randomUUID().slice(0, 8)}`;
  Deno.mkdirSync(folder, { recursive: true });
  const pids = new Set<number>();
  const works: (() => void)[] = [];
  return {
    folder,
    own: (pid) => pids.add(pid),
    onClear: (work) => works.push(work),
    clear() {
      for (const pid of pids) {
        try {
          Deno.kill(pid, "SIGKILL");
        } catch {
          // It has ended by itself.
        }
      }
      for (const work of works.splice(0)) work();
      removeBusy(folder);
      try {
        // Only an empty folder goes: whatever else is in it stays.
        Deno.removeSync(state);
      } catch {
        // Somebody else's state is in it.
      }
    },
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
