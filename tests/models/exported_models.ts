// What the embedded engine makes of records, as Parquet files.

import { views } from "../../lakehouse/lake/lake_models.ts";
import type { Random } from "../chaos/seed.ts";
import { incrementalLake } from "../lake/model_lake.ts";
import { hostileRecords } from "./hostile_records.ts";

/** The tables and views of the models. */
export const tables: readonly string[] = [
  "silver.crypto_ticks",
  "silver.crypto_revisions",
  "silver.crypto_rejects",
  ...Object.keys(views),
];

/**
 * Writes bronze, silver and gold of made-up records, which came in batches.
 *
 * @returns how many records.
 */
export async function exportModels(
  dir: string,
  random: Random,
  count: number,
): Promise<number> {
  const records = hostileRecords(random, count);
  const lake = await incrementalLake();
  const { database } = lake;
  try {
    for (let from = 0, batch = 0; from < records.length; batch++) {
      // The first batch has what is near the limit of the future.
      const size = batch === 0 ? 400 : random.whole(1, 2_000);
      const rows = records.slice(from, from + size);
      const seconds = Math.max(...rows.map((row) => row.seconds)) + batch;
      await lake.write(rows.map((row) => ({ ...row, seconds })));
      from += size;
    }
    for (const [name, select] of Object.entries(views)) {
      await database.run(`CREATE VIEW lake.${name} AS ${select}`);
    }
    for (const name of ["bronze.crypto_ticks_raw", ...tables]) {
      const columns = await database.all(
        `SELECT column_name, column_type FROM (DESCRIBE lake.${name})`,
      );
      // Spark's TIMESTAMP is a moment.
      const selected = columns.map(([column, type]) =>
        type === "TIMESTAMP" ? `${column}::TIMESTAMPTZ AS ${column}` : column
      );
      await database.run(
        `COPY (SELECT ${selected.join()} FROM lake.${name})
         TO '${dir}/${name}.parquet' (FORMAT parquet)`,
      );
    }
    return records.length;
  } finally {
    database.close();
  }
}
