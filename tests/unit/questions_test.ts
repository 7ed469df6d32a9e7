import { assertEquals } from "@std/assert";
import { views } from "../../lakehouse/lake/lake_models.ts";
import { asOf, candles, latestPrices } from "../../lakehouse/page/questions.ts";

Deno.test("`asOf()` reads every table of a statement at the snapshot", () => {
  assertEquals(
    asOf("SELECT x FROM lake.silver.a AS b, lake.bronze.c WHERE d", 7),
    "SELECT x FROM lake.silver.a AS b AT (VERSION => 7), " +
      "lake.bronze.c AT (VERSION => 7) WHERE d",
  );
});

Deno.test("the views of the page have no table beside those", () => {
  const names = [
    "gold.crypto_latest",
    "gold.crypto_hourly_ohlc",
    "gold.crypto_daily_ohlc",
  ];
  const statements = [latestPrices(7), candles("hour", 7), candles("day", 7)];
  for (const [at, name] of names.entries()) {
    const sql = statements[at] ?? "";
    const tables = views[name]?.match(/\blake\.\w+\.\w+/g) ?? [];
    assertEquals(new Set(tables), new Set(["lake.silver.crypto_ticks"]), name);
    assertEquals(sql.match(/AT \(VERSION => 7\)/g)?.length, tables.length);
    // A comment would swallow the rest of its line.
    assertEquals(sql.includes("--"), false);
  }
});
