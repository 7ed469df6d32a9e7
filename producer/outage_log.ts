// An outage is a warning for each of its causes, not for each failed attempt.

import { messageOf } from "../lib/errors.ts";
import type { Log } from "../lib/log.ts";

/** Causes of one outage that are warned of: their texts may vary endlessly. */
const maxCauses = 5;

/** Logs the failures of one outage. */
export interface OutageLog {
  /** A warning for a new cause; a debug line for a known one. */
  warn(message: string, error: unknown): void;
  /** The outage is over: the next failure is a new one. */
  end(): void;
}

/**
 * Makes one.
 *
 * @param waiting Returns how many records wait, for each line.
 */
export function createOutageLog(log: Log, waiting: () => number): OutageLog {
  const warned = new Set<string>();
  return {
    warn(message, error) {
      const reason = messageOf(error);
      const isNew = !warned.has(reason) && warned.size < maxCauses;
      if (isNew) warned.add(reason);
      const logFailure = isNew ? log.warn : log.debug;
      logFailure(message, { waiting: waiting(), reason });
    },
    end: () => warned.clear(),
  };
}
