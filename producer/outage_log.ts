/**
 * An outage is a warning for each of its causes, not for each failed attempt.
 *
 * @module
 */

import { messageOf } from "../lib/errors.ts";
import type { Log, LogFields } from "../lib/log.ts";

/** Causes of one outage that are warned of: their texts may vary endlessly. */
const maxCauses = 5;

/** Logs the failures of one outage. */
export interface OutageLog {
  /** A warning for a new cause; a debug line for a known one. */
  warn(message: string, error: unknown, fields: LogFields): void;
  /** The outage is over: the next failure is a new one. */
  end(): void;
}

/** Makes one. */
export function createOutageLog(log: Log): OutageLog {
  const warned = new Set<string>();
  return {
    warn(message, error, fields) {
      const reason = messageOf(error);
      const isNew = !warned.has(reason) && warned.size < maxCauses;
      if (isNew) warned.add(reason);
      const logFailure = isNew ? log.warn : log.debug;
      logFailure(message, { ...fields, reason });
    },
    end: () => warned.clear(),
  };
}
