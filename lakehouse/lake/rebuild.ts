// Silver from bronze again: into new tables beside the old ones, compared with
// them, then put in their place in one transaction.

import { CommandError } from "../../lib/errors.ts";
import { plural } from "../../lib/plural.ts";
import { dropParts } from "./candle_parts.ts";
import { attach, type LakeLocation, roomyMb } from "./attach.ts";
import { described } from "./described.ts";
import type { Database } from "./duckdb.ts";
import { KnownTicks } from "./known_ticks.ts";
import { lockMaintenance } from "./maintain.ts";
import { incremental } from "./lake_models.ts";
import { bronzeColumns, ensureSchema } from "./lake_schema.ts";
import { dropUnfinished, rebuiltTables } from "./rebuilt_tables.ts";
import { isOutOfMemory, writeFailure } from "./write_errors.ts";
import { lockWriter } from "./writer_lock.ts";

/** Rows of bronze that go through the models at a time: it bounds memory. */
const partRows = 2_000;

/** A table before and after. */
export interface RebuiltTable {
  /** Its name in silver. */
  readonly table: typeof rebuiltTables[number];
  /** Rows that it has now. */
  readonly rows: number;
  /** Rows that only the old one has. */
  readonly removed: number;
  /** Rows that only the new one has. */
  readonly added: number;
}

/** Options of {@linkcode rebuild}. */
export interface RebuildOptions extends LakeLocation {
  /** The wall clock. */
  readonly now: Temporal.Instant;
  /** Called after each part: rows of bronze that are done, and all of them. */
  readonly onProgress: (done: number, all: number) => void;
  /**
   * Decides whether the new tables replace the old ones, if they differ.
   *
   * @param tables The comparison.
   */
  readonly replace: (tables: readonly RebuiltTable[]) => Promise<boolean>;
  /** Ends it until the new tables are being put in place; the old ones stay. */
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface Rebuilt {
  /** The comparison, by table. */
  readonly tables: readonly RebuiltTable[];
  /** Whether the tables were replaced; equal ones never are. */
  readonly replaced: boolean;
}

const columns = Object.keys(bronzeColumns).join(", ");

/** The order in which the increments saw the records. */
const order = "ingestion_timestamp, kafka_topic, topic_epoch, " +
  "kafka_partition, kafka_offset";

const times = `SELECT epoch_us(min(api_timestamp)), epoch_us(max(api_timestamp))
  FROM candidates`;

async function createNew(database: Database): Promise<void> {
  await described(database, "rebuild: new tables created", async () => {
    for (const table of rebuiltTables) {
      await database.run(`CREATE TABLE lake.silver.${table}_new AS
        FROM lake.silver.${table} LIMIT 0`);
    }
  });
}

async function fill(
  database: Database,
  { onProgress, signal }: RebuildOptions,
): Promise<void> {
  const [[count] = []] = await database.all(
    "SELECT count(*) FROM lake.bronze.crypto_ticks_raw",
  );
  const all = Number(count);
  // One column less to compare than five: the row's place in that order.
  await database.run(`CREATE OR REPLACE TEMP TABLE place AS
    SELECT ${order}, row_number() OVER (ORDER BY ${order}) AS number
    FROM lake.bronze.crypto_ticks_raw`);
  const known = new KnownTicks({ silver: "lake.silver.crypto_ticks_new" });
  const insert = (table: string, select: string) =>
    database.run(`INSERT INTO lake.silver.${table}_new BY NAME ${select}`);
  for (let done = 0; done < all; done += partRows) {
    signal.throwIfAborted();
    await database.run(`CREATE OR REPLACE TEMP TABLE batch AS
      SELECT ${columns}, NULL::INTEGER AS place
      FROM lake.bronze.crypto_ticks_raw
      SEMI JOIN (
        FROM place WHERE number > ${done} AND number <= ${done + partRows}
      ) USING (${order})`);
    await database.run(
      `CREATE OR REPLACE TEMP TABLE candidates AS ${incremental.candidates}`,
    );
    const next = Math.min(all, done + partRows);
    const message = `rebuild: ${next.toLocaleString("en-US")} of ` +
      plural(all, "record");
    await described(database, message, async () => {
      const [[first, last] = []] = await database.all(times);
      if (first !== null) {
        const found = {
          first: BigInt(String(first)),
          last: BigInt(String(last)),
        };
        await known.find(database, found);
        await insert("crypto_revisions", incremental.revisions);
        await database.run(
          `CREATE OR REPLACE TEMP TABLE ticks AS ${incremental.ticks}`,
        );
        const count = await insert("crypto_ticks", "FROM ticks");
        await known.add(database, "ticks", { ...found, count });
      }
      await insert("crypto_rejects", incremental.rejects);
    });
    onProgress(next, all);
  }
}

async function compare(database: Database): Promise<RebuiltTable[]> {
  const tables: RebuiltTable[] = [];
  for (const table of rebuiltTables) {
    const old = `FROM lake.silver.${table}`;
    const fresh = `FROM lake.silver.${table}_new`;
    const [[rows, removed, added] = []] = await database.all(`SELECT
      (SELECT count(*) ${fresh}),
      (SELECT count(*) FROM (${old} EXCEPT ALL ${fresh})),
      (SELECT count(*) FROM (${fresh} EXCEPT ALL ${old}))`);
    tables.push({
      table,
      rows: Number(rows),
      removed: Number(removed),
      added: Number(added),
    });
  }
  return tables;
}

async function swap(database: Database): Promise<void> {
  await described(database, "silver rebuilt from bronze", async () => {
    for (const table of rebuiltTables) {
      await database.run(`DROP TABLE lake.silver.${table}`);
      await database.run(
        `ALTER TABLE lake.silver.${table}_new RENAME TO ${table}`,
      );
    }
  });
}

async function perform(
  database: Database,
  options: RebuildOptions,
): Promise<Rebuilt> {
  await ensureSchema(database, options.now);
  // Left by a rebuild that was killed.
  await dropUnfinished(database);
  // The lock keeps a maintenance from storing others before the end.
  await described(
    database,
    "rebuild: stored candles dropped",
    () => dropParts(database),
  );
  const interrupt = () => database.interrupt();
  options.signal.addEventListener("abort", interrupt);
  try {
    await createNew(database);
    await fill(database, options);
    const tables = await compare(database);
    const differs = tables.some(({ removed, added }) => removed + added > 0);
    if (!differs || !await options.replace(tables)) {
      return { tables, replaced: false };
    }
    options.signal.throwIfAborted();
    options.signal.removeEventListener("abort", interrupt);
    await swap(database);
    return { tables, replaced: true };
  } finally {
    options.signal.removeEventListener("abort", interrupt);
    // After a swap there are none.
    await dropUnfinished(database);
  }
}

/**
 * Computes silver from bronze again. Readers see the old tables until the new
 * ones replace them; older snapshots keep the old ones.
 *
 * @throws {CommandError} when another process writes the lake, or it cannot be
 * written.
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { lakeDir, extensionDir } = options;
  using _lock = lockWriter(lakeDir);
  using _maintenance = lockMaintenance(lakeDir);
  const once = async (memoryMb?: number) => {
    const database = await attach({
      lakeDir,
      extensionDir,
      isWriter: true,
      tempName: "rebuild",
      memoryMb,
    });
    try {
      return await perform(database, options);
    } finally {
      database.close();
    }
  };
  try {
    // Before the question: it is asked once.
    return await once().catch((error) => {
      if (!isOutOfMemory(error)) throw error;
      return once(roomyMb);
    });
  } catch (error) {
    if (error instanceof CommandError || options.signal.aborted) throw error;
    throw writeFailure(lakeDir, error);
  }
}
