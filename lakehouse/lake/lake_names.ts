// Names that are used without DuckDB.

/** The catalog's file in the lake's folder. */
export const catalogName = "catalog.sqlite";

/** The folder of the Parquet files in the lake's folder. */
export const dataName = "data";

/** Where DuckLake attaches the tables of the catalog itself. */
export const catalogTables = "__ducklake_metadata_lake";

/** `ducklake_snapshots()` takes seconds where there are many. */
export const countSnapshots =
  `SELECT count(*) FROM ${catalogTables}.ducklake_snapshot`;

/** Text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A query for the names of all tables and views of the three layers. */
export const relationNames = `SELECT schema_name || '.' || name FROM (
  SELECT schema_name, table_name AS name FROM duckdb_tables()
  WHERE database_name = 'lake'
  UNION ALL
  SELECT schema_name, view_name FROM duckdb_views()
  WHERE database_name = 'lake' AND NOT internal
) WHERE schema_name IN ('bronze', 'silver', 'gold') ORDER BY ALL`;

/** Tables with rows of their own, in the order of the layers. */
export const lakeTables = [
  "bronze.crypto_ticks_raw",
  "bronze.offset_gaps",
  "silver.crypto_ticks",
  "silver.crypto_revisions",
  "silver.crypto_rejects",
] as const;
