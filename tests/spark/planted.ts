// What a job that was killed leaves behind, put there by hand: files in the
// store that no table names, and locks in the metastore's database.

import { createDocker } from "../../tasks/docker/docker.ts";

const docker = createDocker();

/** An object of PART-A's warehouse, which anyone may write to there. */
export interface PlantedFile {
  /** Whether it is still there. */
  isThere(): Promise<boolean>;
}

/**
 * Writes a file into the warehouse.
 *
 * @param path In the bucket: `silver.db/crypto_ticks/data/x.parquet`.
 * @param days Its age; the store takes it from the header that its own
 * replication sends.
 */
export async function plantFile(
  path: string,
  days: number,
): Promise<PlantedFile> {
  const url = `http://localhost:9000/warehouse/${path}`;
  const curl = (...args: string[]) =>
    docker.run(["exec", "hive-minio", "curl", "-sSf", ...args, url]);
  const written = new Date(Date.now() - days * 86_400_000);
  const put = await curl(
    ...["-X", "PUT", "--data-binary", "planted"],
    ...["-H", `x-minio-source-mtime: ${written.toISOString()}`],
  );
  if (put.code !== 0) throw new Error(`${path}: ${put.stderr}`);
  const seen = /^last-modified: (.+)$/im.exec((await curl("-I")).stdout)?.[1];
  const age = Date.now() - Date.parse(seen ?? "");
  if (!(age >= (days - 1) * 86_400_000)) {
    throw new Error(`${path} is of ${seen}: expected ${written.toISOString()}`);
  }
  return {
    async isThere() {
      return (await curl("-I")).code === 0;
    },
  };
}

async function query(sql: string): Promise<string> {
  return (await docker.output([
    ...["exec", "hive-postgres", "psql", "-U", "hive", "-d", "metastore"],
    ...["-AtqX", "-v", "ON_ERROR_STOP=1", "-c", sql],
  ])).trim();
}

/** A lock in Hive's metastore; disposing of it removes it. */
export interface PlantedLock extends AsyncDisposable {
  readonly number: number;
  isThere(): Promise<boolean>;
}

/**
 * Puts an exclusive lock on a table, as a commit holds one.
 *
 * @param table Namespace and name, `gold.crypto_latest`.
 * @param silent For how many seconds its holder has not said that it lives.
 */
export async function plantLock(
  table: string,
  silent: number,
): Promise<PlantedLock> {
  const [namespace, name] = table.split(".");
  // Beyond what a metastore of a test comes to.
  const number = 1_000_000_000 +
    (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
  const at = Date.now() - silent * 1000;
  await query(
    `INSERT INTO "HIVE_LOCKS" ("HL_LOCK_EXT_ID", "HL_LOCK_INT_ID", "HL_TXNID",
      "HL_DB", "HL_TABLE", "HL_LOCK_STATE", "HL_LOCK_TYPE",
      "HL_LAST_HEARTBEAT", "HL_ACQUIRED_AT", "HL_USER", "HL_HOST")
    VALUES (${number}, 1, 0, '${namespace}', '${name}', 'a', 'e',
      ${at}, ${at}, 'spark', 'killed')`,
  );
  const where = `FROM "HIVE_LOCKS" WHERE "HL_LOCK_EXT_ID" = ${number}`;
  return {
    number,
    async isThere() {
      return await query(`SELECT count(*) ${where}`) === "1";
    },
    async [Symbol.asyncDispose]() {
      await query(`DELETE ${where}`);
    },
  };
}
