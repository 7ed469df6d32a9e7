// The outbox of a state folder.

import { messageOf } from "../../lib/errors.ts";
import { ifExists } from "../../lib/files.ts";
import type { Log } from "../../lib/log.ts";
import { OutboxDatabase } from "./database.ts";
import type { Limits, Outbox } from "./outbox.ts";
import { finishRescue, moveAside, unfinishedRescues } from "./recovery.ts";
import { createSqliteOutbox } from "./sqlite_outbox.ts";

/** The file's name in the state folder. */
export const outboxFileName = "outbox.db";

function statOf(path: string): Deno.FileInfo | undefined {
  return ifExists(() => Deno.statSync(path));
}

/**
 * Opens the outbox of a state folder, which this process must own.
 *
 * @param stateDir The folder.
 * @param limits The bound.
 * @param log Gets a line for a damaged or deleted file and for a disk that
 * cannot be written.
 */
export function openOutbox(
  stateDir: string,
  limits: Limits,
  log: Log,
): Outbox & Disposable {
  const path = `${stateDir}/${outboxFileName}`;
  let opened: Deno.FileInfo | undefined;

  function open(): OutboxDatabase {
    Deno.mkdirSync(stateDir, { recursive: true });
    const database = new OutboxDatabase(path);
    try {
      for (const damaged of unfinishedRescues(stateDir)) {
        const { movedTo, rows } = finishRescue(damaged, database);
        log.error("recovered the readable records of an unusable outbox", {
          records_recovered: rows,
          moved_to: movedTo,
        });
      }
      opened = statOf(path);
      return database;
    } catch (error) {
      database[Symbol.dispose]();
      throw error;
    }
  }

  function isInPlace(): boolean {
    const now = statOf(path);
    const isSame = now !== undefined && now.ino === opened?.ino &&
      now.dev === opened?.dev;
    if (!isSame) {
      log.error("the outbox file was deleted while it was open", {
        next: "do not touch STATE_DIR while a producer is running",
      });
    }
    return isSame;
  }

  return createSqliteOutbox(limits, {
    open,
    isInPlace,
    holdsNothing: () =>
      (statOf(path)?.size ?? 0) === 0 &&
      unfinishedRescues(stateDir).length === 0,
    moveAside(error) {
      log.error("the outbox file is unusable; starting a new one", {
        reason: messageOf(error),
      });
      moveAside(path, Temporal.Now.instant());
    },
    onRejectedDropped(dropped) {
      log.warn("dropped the oldest dead-lettered records: too many are kept", {
        dropped,
        next: "read the table rejected of the outbox file, or raise " +
          "OUTBOX_MAX_MEGABYTES",
      });
    },
    onDiskState(error) {
      if (error === undefined) {
        log.info("the outbox is writable again");
      } else {
        log.error("cannot write the outbox; records wait in memory", {
          reason: error,
          next: `free disk space, or make ${stateDir} writable`,
        });
      }
    },
  });
}
