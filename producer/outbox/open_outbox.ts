/**
 * The outbox of a state folder.
 *
 * @module
 */

import { messageOf } from "../../lib/errors.ts";
import type { Log } from "../../lib/log.ts";
import { DurableOutbox, type OutboxLimits } from "./sqlite_outbox.ts";
import { finishRescue, moveAside, unfinishedRescues } from "./recovery.ts";
import { Store } from "./database.ts";

/** The file's name in the state folder. */
export const outboxFile = "outbox.db";

interface FileId {
  readonly ino: number | null;
  readonly dev: number;
}

function idOf(path: string): FileId | undefined {
  try {
    const { ino, dev } = Deno.statSync(path);
    return { ino, dev };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isEmptyFile(path: string): boolean {
  try {
    return Deno.statSync(path).size === 0;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/**
 * Opens the outbox of a state folder, which has to be owned.
 *
 * @param stateDir The folder.
 * @param limits The bound.
 * @param log Told of a damaged or removed file and of a disk that cannot be
 * written.
 */
export function openOutbox(
  stateDir: string,
  limits: OutboxLimits,
  log: Log,
): DurableOutbox {
  const path = `${stateDir}/${outboxFile}`;
  let opened: FileId | undefined;

  function open(): Store {
    Deno.mkdirSync(stateDir, { recursive: true });
    const store = new Store(path);
    try {
      for (const damaged of unfinishedRescues(stateDir)) {
        const { movedTo, rows } = finishRescue(damaged, store);
        log.error("a damaged outbox: what could be read is taken over", {
          records_taken_over: rows,
          moved_to: movedTo,
        });
      }
      opened = idOf(path);
      return store;
    } catch (error) {
      store[Symbol.dispose]();
      throw error;
    }
  }

  return new DurableOutbox(limits, {
    open,
    holdsNothing: () =>
      isEmptyFile(path) && unfinishedRescues(stateDir).length === 0,
    moveAside: (error) => {
      log.error("the outbox file cannot be used; a new one takes its place", {
        reason: messageOf(error),
      });
      moveAside(path, Temporal.Now.instant());
    },
    isInPlace: () => {
      const now = idOf(path);
      const isSame = now !== undefined && now.ino === opened?.ino &&
        now.dev === opened?.dev;
      if (!isSame) {
        log.error("the outbox file was removed while it was open", {
          next: "leave STATE_DIR to the running producer",
        });
      }
      return isSame;
    },
    onDisk: (error) => {
      if (error === undefined) {
        log.info("the outbox can be written again");
      } else {
        log.error("the outbox cannot be written; records wait in memory", {
          reason: error,
          next: `make room or give back the right to write ${stateDir}`,
        });
      }
    },
  });
}
