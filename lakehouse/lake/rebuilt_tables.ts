// The tables that a rebuild computes again, first beside the old ones.

import { described } from "./described.ts";
import type { Database } from "./duckdb.ts";

/** The tables that are computed from bronze. */
export const rebuiltTables = [
  "crypto_ticks",
  "crypto_revisions",
  "crypto_rejects",
] as const;

/** Removes the new tables of a rebuild that did not put them in place. */
export async function dropUnfinished(database: Database): Promise<void> {
  await described(database, "rebuild: new tables dropped", async () => {
    for (const table of rebuiltTables) {
      await database.run(`DROP TABLE IF EXISTS lake.silver.${table}_new`);
    }
  });
}
