// What went wrong with a transaction.

import type { Clock } from "../../lib/clock.ts";
import { CommandError } from "../../lib/errors.ts";
import { duckdbMessage } from "./attach.ts";
import { RefusedError } from "./refused_error.ts";

/** SQLite says the last when its WAL cannot grow. */
const diskFull =
  /No space left|disk is full|File too large|Disk quota|disk I\/O error/i;

/** Whether another process's write was in the way: a second try may succeed. */
export function isConflict(error: unknown): boolean {
  const message = duckdbMessage(error);
  return /database is locked|database table is locked|[Cc]onflict/.test(
    message,
  );
}

/** Faults of the machine: the same batch is written once they are gone. */
const outside =
  /\b(IO|Permission|Interrupt|Connection) Error|read-?only|unable to open|(cannot|could not|failed to) (open|read|write|create|sync|flush|move|remove|truncate|lock)\b|too many open files|image is malformed/i;

/** Whether DuckDB's share of memory is too small for what was to be written. */
export function isOutOfMemory(error: unknown): boolean {
  return /Out of Memory Error/.test(duckdbMessage(error));
}

/** The error of a transaction that did not get through. */
export function writeFailure(lakeDir: string, error: unknown): CommandError {
  const message = duckdbMessage(error);
  const text = `cannot write the lake in "${lakeDir}": ${message}`;
  // What is quoted may come from a record.
  const own = message.replaceAll(/"[^"]*"|'[^']*'/g, "");
  const options = { cause: error };
  if (diskFull.test(own)) {
    return new CommandError(
      text,
      "free disk space there, then start it again: nothing of this batch was written",
      options,
    );
  }
  const next =
    "check LAKE_DIR, its owner and its disk; nothing of this batch was written";
  return isConflict(error) || outside.test(own)
    ? new CommandError(text, next, options)
    : new RefusedError(text, next, options);
}

const maxTries = 8;
const retryMs = 40;

/**
 * Does work that other processes' writes may get in the way of, again after a
 * conflict.
 *
 * @param onFailure Called after each failure, before the next try.
 * @throws what the work throws, and its last conflict.
 */
export async function retryConflicts<T>(
  work: () => Promise<T>,
  clock: Pick<Clock, "sleep">,
  onFailure: (error: unknown) => Promise<void> = () => Promise.resolve(),
): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await work();
    } catch (error) {
      await onFailure(error);
      if (!isConflict(error) || tries === maxTries) throw error;
      await clock.sleep(retryMs * tries, new AbortController().signal);
    }
  }
}
