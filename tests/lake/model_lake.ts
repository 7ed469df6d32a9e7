// The generated SQL on a plain database: neither DuckLake nor dbt is needed.

import { bigIntegers, integers } from "../../lakehouse/lake/columns.ts";
import { Database } from "../../lakehouse/lake/duckdb.ts";
import { KnownTicks } from "../../lakehouse/lake/known_ticks.ts";
import { writeBatch } from "../../lakehouse/lake/transaction.ts";
import { projectDir } from "../../lib/project.ts";
import type { Bronze } from "./model_oracle.ts";
import { bronzeRows } from "./model_records.ts";

/** A generated statement, by its path without extension. */
export function model(path: string): string {
  const url = new URL(`lakehouse/sql/embedded/${path}.sql`, projectDir);
  return Deno.readTextFileSync(url);
}

const bronzeColumns = `raw_payload VARCHAR, ingestion_timestamp TIMESTAMP,
  kafka_offset BIGINT, kafka_partition INTEGER, kafka_topic VARCHAR,
  kafka_timestamp TIMESTAMP, kafka_key VARCHAR, kafka_headers VARCHAR,
  topic_epoch INTEGER, payload_encoding VARCHAR`;

const batchColumns = `${bronzeColumns}, place INTEGER`;

/** The temporary tables of a transaction; without rows, they have columns. */
async function createBatch(database: Database): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE batch (${batchColumns})`);
  await createCandidates(database);
}

async function createCandidates(database: Database): Promise<void> {
  await database.run(
    `CREATE OR REPLACE TEMP TABLE candidates AS ${
      model("incremental/candidates")
    }`,
  );
}

async function writeWhole(
  database: Database,
  known: KnownTicks,
  rows: readonly Bronze[],
) {
  await database.run(`CREATE OR REPLACE TEMP TABLE batch (${batchColumns})`);
  const all = <T>(value: T) => rows.map(() => value);
  const micros = rows.map(({ seconds }) => BigInt(seconds) * 1_000_000n);
  await database.append("batch", [
    { type: "VARCHAR", values: rows.map(({ payload }) => payload) },
    bigIntegers("TIMESTAMP", micros),
    bigIntegers("BIGINT", rows.map(({ offset }) => BigInt(offset))),
    integers(all(0)),
    { type: "VARCHAR", values: all("crypto.prices.raw") },
    bigIntegers("TIMESTAMP", micros),
    { type: "VARCHAR", values: all(null) },
    { type: "VARCHAR", values: all("{}") },
    integers(all(0)),
    { type: "VARCHAR", values: rows.map(({ encoding }) => encoding) },
    integers(all(null)),
  ]);
  await database.run(`INSERT INTO lake.bronze.crypto_ticks_raw
    SELECT * EXCLUDE place FROM batch`);
  await createCandidates(database);
  const insert = (table: string, select: string) =>
    database.run(`INSERT INTO lake.silver.${table} BY NAME ${select}`);
  const [[first, last] = []] = await database.all(
    `SELECT epoch_us(min(api_timestamp)), epoch_us(max(api_timestamp))
     FROM candidates`,
  );
  if (first !== null) {
    const times = { first: BigInt(String(first)), last: BigInt(String(last)) };
    await known.find(database, times);
    await insert("crypto_revisions", model("incremental/crypto_revisions"));
    await database.run(`CREATE OR REPLACE TEMP TABLE ticks AS
      ${model("incremental/crypto_ticks")}`);
    const count = await insert("crypto_ticks", "FROM ticks");
    await known.add(database, "ticks", { ...times, count });
  }
  await insert("crypto_rejects", model("incremental/crypto_rejects"));
}

async function emptyLake(): Promise<Database> {
  const database = await Database.open({ threads: "2" });
  await database.run(`ATTACH ':memory:' AS lake;
    CREATE SCHEMA lake.bronze; CREATE SCHEMA lake.silver;
    CREATE SCHEMA lake.gold;
    CREATE TABLE lake.bronze.crypto_ticks_raw (${bronzeColumns})`);
  await createBatch(database);
  for (const table of ["crypto_ticks", "crypto_revisions"]) {
    await database.run(`CREATE TABLE lake.silver.${table} AS
      SELECT * EXCLUDE reason FROM candidates`);
  }
  await database.run(`CREATE TABLE lake.silver.crypto_rejects AS
    ${model("incremental/crypto_rejects")}`);
  return database;
}

/** A lake that is filled batch by batch. */
export interface IncrementalLake {
  readonly database: Database;
  /**
   * Writes bronze and silver: rows of one time of ingestion by what a
   * transaction of `lake run` runs, others by the models alone.
   */
  write(rows: readonly Bronze[]): Promise<void>;
}

/** Opens an empty one, in memory, whose writer keeps so many ticks of silver. */
export async function incrementalLake(
  keptTicks?: number,
): Promise<IncrementalLake> {
  const database = await emptyLake();
  const known = new KnownTicks({ keptRows: keptTicks });
  return {
    database,
    write: async (rows) => {
      const seconds = new Set(rows.map((row) => row.seconds));
      const [at] = seconds;
      if (at === undefined || seconds.size > 1) {
        return await writeWhole(database, known, rows);
      }
      const batch = { rows: bronzeRows(rows), gaps: [] };
      await writeBatch(
        { database, known, bronzeOnly: false },
        batch,
        BigInt(at) * 1_000_000n,
      );
    },
  };
}
