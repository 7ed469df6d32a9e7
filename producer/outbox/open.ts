/**
 * The outbox of a state folder.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { DurableOutbox, type OutboxLimits } from "./durable.ts";
import { rescue } from "./rescue.ts";
import { Store } from "./store.ts";

/** The file's name in the state folder. */
export const outboxFile = "outbox.db";

function isEmptyFile(path: string): boolean {
  try {
    return Deno.statSync(path).size === 0;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/**
 * Opens the outbox of a state folder, which has to be there and owned.
 *
 * @param stateDir The folder.
 * @param limits The bound.
 * @param log Told of a damaged file and of a disk that cannot be written.
 */
export function openOutbox(
  stateDir: string,
  limits: OutboxLimits,
  log: Log,
): DurableOutbox {
  const path = `${stateDir}/${outboxFile}`;
  return new DurableOutbox(limits, {
    open: () => new Store(path),
    holdsNothing: () => isEmptyFile(path),
    rescue: (error) => {
      const { movedTo, rows } = rescue(path, Temporal.Now.instant());
      log.error("the outbox file cannot be used; a new one takes its place", {
        reason: messageOf(error),
        moved_to: movedTo,
        records_taken_over: rows.length,
      });
      return rows;
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
