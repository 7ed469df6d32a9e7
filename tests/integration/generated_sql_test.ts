import { assertEquals } from "@std/assert";
import { projectDir } from "../../lib/project.ts";

function filesIn(folder: string): string[] {
  const url = new URL(`lakehouse/sql/${folder}/`, projectDir);
  return [...Deno.readDirSync(url)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

function within(files: readonly string[], folder: string): string[] {
  return files.filter((file) => file.startsWith(folder))
    .map((file) => file.slice(folder.length)).sort();
}

Deno.test("Spark has each statement of the embedded engine, and the increments of its tables", () => {
  const embedded = within(filesIn("embedded"), "embedded/");
  const spark = within(filesIn("spark"), "spark/");
  // Of what the writer read, and of what a maintenance stored: shorter ways to
  // rows that the models give.
  assertEquals(embedded.filter((file) => !spark.includes(file)), [
    "incremental/read_candidates.sql",
    "parts/crypto_daily_ohlc.sql",
    "parts/crypto_hourly_ohlc.sql",
    "parts/new_parts.sql",
  ]);
  assertEquals(spark.filter((file) => !embedded.includes(file)), [
    "incremental/gold/crypto_daily_ohlc.sql",
    "incremental/gold/crypto_hourly_ohlc.sql",
    "incremental/gold/crypto_latest.sql",
    "incremental/gold/fact_crypto_hourly.sql",
    "incremental/silver/crypto_prices_clean.sql",
  ]);
});

Deno.test("what Spark's statements read has the names that its programs know", () => {
  const read = new Set<string>();
  for (const file of filesIn("spark")) {
    const url = new URL(`lakehouse/sql/${file}`, projectDir);
    const sql = Deno.readTextFileSync(url);
    const own = new Set(
      Array.from(sql.matchAll(/\b(\w+) as \($/gm), ([, name]) => name),
    );
    const names = sql.matchAll(/^\s*(?:from|(?:inner|cross) join) (\w\S*)/gm);
    for (const [, name = ""] of names) if (!own.has(name)) read.add(name);
  }
  assertEquals([...read].sort(), [
    "batch",
    "bronze.crypto_ticks_raw",
    "candidates",
    "gold.crypto_daily_ohlc",
    "gold.crypto_hourly_ohlc",
    "gold.dim_crypto",
    "known_ticks",
    "newest_tick",
    "silver.crypto_ticks",
    "touched_hours",
    "touched_ticks",
  ]);
});
