import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { attach } from "../../lakehouse/lake/attach.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { CommandError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { newPlace, type Place } from "./place.ts";
import { rowsOf } from "./records.ts";

/** A lake, and files beside it that no query may reach. */
async function fenced(): Promise<Place> {
  const place = await newPlace();
  const writer = await openWriter(place);
  await writer.commit({ rows: rowsOf(1, 0, 150), gaps: [] });
  await writer.close();
  Deno.writeTextFileSync(`${place.dir}/secret.csv`, "a,b\n1,2\n");
  Deno.writeTextFileSync(`${place.dir}/secret.json`, '{"a":1}');
  Deno.copyFileSync(
    `${place.lakeDir}/catalog.sqlite`,
    `${place.dir}/other.sqlite`,
  );
  return place;
}

Deno.test("queries reach no file beside the lake, load nothing and write nothing", async () => {
  await using place = await fenced();
  const reader = await openReader(place);
  const { dir, lakeDir } = place;
  const holes = [
    `FROM read_csv('${dir}/secret.csv')`,
    `FROM '${dir}/secret.csv'`,
    `FROM "${dir}/other.sqlite"`,
    `FROM read_text('${lakeDir}/../secret.csv')`,
    `FROM read_text('${lakeDir}/writer.lock')`,
    `FROM read_json('${dir}/secret.json')`,
    `FROM glob('${dir}/*')`,
    `FROM sniff_csv('${dir}/secret.csv')`,
    `FROM sqlite_scan('${dir}/other.sqlite', 'ducklake_snapshot')`,
    `SELECT (SELECT count(*) FROM sqlite_scan('${dir}/other.sqlite', 'x'))`,
    `WITH x AS (FROM system.main.sqlite_scan('${dir}/o', 'x')) FROM x`,
    `FROM query('FROM read_text(''${dir}/secret.csv'')')`,
    `FROM query_table('${dir}/secret.csv')`,
    "FROM read_csv('https://localhost:1/x.csv')",
    `COPY (SELECT 1) TO '${dir}/out.csv'`,
    `COPY (SELECT 1) TO '${lakeDir}/out.csv'`,
    `EXPORT DATABASE '${dir}/out'`,
    `ATTACH '${dir}/other.sqlite' (TYPE sqlite)`,
    `ATTACH '${dir}/new.db'`,
    "INSTALL httpfs",
    "LOAD httpfs",
    `LOAD '${place.extensionDir}/x.duckdb_extension'`,
    "SELECT getenv('HOME')",
    "SET enable_external_access = true",
    "SET threads = 8",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    `CALL enable_logging(storage => 'file', storage_path => '${dir}/log')`,
    `FROM enable_logging(storage => 'file', storage_path => '${dir}/log')`,
    "CREATE SECRET s (TYPE s3)",
    "CREATE TABLE gold.t (a INTEGER)",
    "CREATE TEMP TABLE t (a INTEGER)",
    "INSERT INTO bronze.offset_gaps SELECT * FROM bronze.offset_gaps",
    "DELETE FROM silver.crypto_ticks",
    "DROP TABLE silver.crypto_ticks",
    "BEGIN",
    "DETACH lake",
    "CALL ducklake_expire_snapshots('lake', older_than => now())",
    "FROM ducklake_expire_snapshots('lake', older_than => now())",
    "FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)",
    "FROM ducklake_add_data_files('lake', 'crypto_ticks', 'x.parquet')",
    "FROM lake.set_option('x', 'y')",
    "SELECT 1; DROP TABLE silver.crypto_ticks",
    "EXPLAIN ANALYZE DELETE FROM silver.crypto_ticks",
    "EXPLAIN SELECT 1; DROP TABLE silver.crypto_ticks",
    "PREPARE p AS SELECT 1",
    "",
  ];
  try {
    for (const sql of holes) {
      const error = await assertRejects(
        () => reader.query(sql),
        CommandError,
        undefined,
        sql,
      );
      assertEquals(error.message.includes("\n"), false, sql);
    }
    const { rows } = await reader.query(
      "SELECT count(*) FROM bronze.crypto_ticks_raw",
    );
    assertEquals(rows, [["150"]]);
  } finally {
    await reader.close();
  }
  for (const name of ["out.csv", "out", "new.db", "log"]) {
    assertEquals(exists(`${dir}/${name}`), false, name);
  }
  assertEquals(exists(`${lakeDir}/out.csv`), false);
});

Deno.test("DuckDB's own settings keep a database to the lake's folder", async () => {
  await using place = await fenced();
  const database = await attach({
    ...place,
    isWriter: true,
    tempName: "test",
  });
  const { dir } = place;
  try {
    for (
      const sql of [
        `FROM read_csv('${dir}/secret.csv')`,
        `FROM read_text('${place.lakeDir}/../secret.csv')`,
        `COPY (SELECT 1) TO '${dir}/out.csv'`,
        `ATTACH '${dir}/new.db'`,
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '1TB'",
        "SET lock_configuration = false",
      ]
    ) {
      await assertRejects(() => database.run(sql), Error, undefined, sql);
    }
    const [[zone] = []] = await database.all(
      "SELECT current_setting('TimeZone')",
    );
    assertEquals(zone, "UTC");
  } finally {
    database.close();
  }
});

Deno.test("a query that fails says what there is", async () => {
  await using place = await fenced();
  const reader = await openReader(place);
  try {
    const table = await assertRejects(
      () => reader.query("FROM silver.ticks"),
      CommandError,
    );
    assertStringIncludes(table.next, "silver.crypto_ticks");
    const column = await assertRejects(
      () => reader.query("SELECT price FROM silver.crypto_ticks"),
      CommandError,
    );
    assertStringIncludes(column.next, "price_usd");
  } finally {
    await reader.close();
  }
});
