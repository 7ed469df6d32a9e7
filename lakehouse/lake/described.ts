// Writes with a message, so that `lake history` tells what made each snapshot.

import type { Database } from "./duckdb.ts";
import { messageStatement } from "./transaction.ts";

/**
 * Does work in one transaction, whose snapshot keeps the message. Work that
 * changes nothing makes no snapshot.
 *
 * @throws what the work throws; nothing of it was written then.
 */
export async function described<T>(
  database: Database,
  message: string,
  work: () => Promise<T>,
): Promise<T> {
  await database.run("BEGIN");
  try {
    await database.run(messageStatement(message, "{}"));
    const done = await work();
    await database.run("COMMIT");
    return done;
  } catch (error) {
    try {
      await database.run("ROLLBACK");
    } catch {
      // A COMMIT that failed has ended the transaction.
    }
    throw error;
  }
}
