// The outbox of a producer that is not running.

import { DatabaseSync } from "node:sqlite";
import { outboxFileName } from "./open_outbox.ts";
import type { OutboxState } from "./outbox.ts";

/** What an outbox file holds. */
export interface OutboxPeek
  extends Pick<OutboxState, "depth" | "bytes" | "oldestMs"> {
  /** Dead-lettered records. */
  readonly rejected: number;
}

/**
 * Reads the outbox of a state folder without changing it.
 *
 * @returns `undefined` when there is none, or none that can be read.
 */
export function peekOutbox(stateDir: string): OutboxPeek | undefined {
  try {
    const path = `${stateDir}/${outboxFileName}`;
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      const row = db.prepare(
        "SELECT count(*) AS depth, coalesce(sum(bytes), 0) AS bytes, " +
          "(SELECT timestamp_ms FROM records ORDER BY seq LIMIT 1) AS oldest, " +
          "(SELECT count(*) FROM rejected) AS rejected FROM records",
      ).get() ?? {};
      return {
        depth: Number(row.depth),
        bytes: Number(row.bytes),
        oldestMs: row.oldest === null ? undefined : Number(row.oldest),
        rejected: Number(row.rejected),
      };
    } finally {
      db.close();
    }
  } catch {
    return undefined;
  }
}
