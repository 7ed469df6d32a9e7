// Names that are used without DuckDB.

/** The catalog's file in the lake's folder. */
export const catalogName = "catalog.sqlite";

/** The folder of the Parquet files in the lake's folder. */
export const dataName = "data";

/** Text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
