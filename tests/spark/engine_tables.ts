// What the tables of a lake hold, in one form of text for both engines.

/** The engines' dialects of SQL. */
export type Engine = "embedded" | "spark";

/** A column as the embedded engine describes it. */
export interface Column {
  /** `silver.crypto_ticks`. */
  readonly table: string;
  readonly name: string;
  /** DuckDB's type: `DECIMAL(38,18)`. */
  readonly type: string;
}

/** The embedded engine's query for the columns of all tables and views. */
export const describeTables = `
SELECT schema_name || '.' || table_name AS "table", column_name AS name,
  data_type AS type
FROM duckdb_columns() WHERE schema_name IN ('bronze', 'silver', 'gold')
ORDER BY ALL`;

/** When each engine read a record: these times are its own. */
const ownTimes = ["ingestion_timestamp", "processing_timestamp"];

const texts: Readonly<Record<Engine, (type: string, name: string) => string>> =
  {
    embedded: (type, name) =>
      type === "TIMESTAMP"
        ? `CAST(epoch_us(${name}) AS VARCHAR)`
        : `CAST(${name} AS VARCHAR)`,
    spark(type, name) {
      const places = /^DECIMAL\(38,(\d+)\)$/.exec(type)?.[1];
      // As text, Spark's small decimals have an exponent.
      return type === "TIMESTAMP"
        ? `CAST(unix_micros(${name}) AS STRING)`
        : places === undefined
        ? `CAST(${name} AS STRING)`
        : `replace(format_number(${name}, ${places}), ',', '')`;
    },
  };

/** A row as one text; of a long value, its hash. */
function lineOf(engine: Engine, columns: readonly Column[]): string {
  const values = columns.filter(({ name }) => !ownTimes.includes(name))
    .toSorted((one, other) => one.name < other.name ? -1 : 1)
    .map(({ name, type }) => {
      const text = texts[engine](type, name);
      const short = name === "raw_payload" ? `md5(${text})` : text;
      return `coalesce(${short}, 'NULL')`;
    });
  return `concat_ws('|', ${values.join(", ")})`;
}

/** How the hashes of all rows become one, whatever their order. */
const digests: Readonly<Record<Engine, string>> = {
  embedded: "md5(coalesce(string_agg(md5(line), ',' ORDER BY md5(line)), ''))",
  spark: "md5(concat_ws(',', sort_array(collect_list(md5(line)))))",
};

/** A query for the number of rows of each table, and a hash of them. */
export function digestQuery(
  engine: Engine,
  columns: readonly Column[],
): string {
  const tables = Map.groupBy(columns, ({ table }) => table);
  return Array.from(tables, ([table, own]) => {
    // Spark's command puts its prefix before names with a point.
    const name = table.replace(".", " ");
    return `SELECT '${name}' AS name, CAST(count(*) AS INT) AS counted, ` +
      `${digests[engine]} AS digest ` +
      `FROM (SELECT ${lineOf(engine, own)} AS line FROM ${table}) AS one`;
  }).join("\nUNION ALL ");
}

/** A query for all rows of a table. */
export function linesQuery(
  engine: Engine,
  columns: readonly Column[],
  table: string,
): string {
  const own = columns.filter((column) => column.table === table);
  return `SELECT ${lineOf(engine, own)} AS line FROM ${table}`;
}
