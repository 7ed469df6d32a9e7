import { assertEquals } from "@std/assert";
import { statusLines } from "../../tasks/lake/spark/spark_status.ts";

const nowMs = 1_764_758_514_000;

const seen = {
  topic: "crypto.prices.raw",
  epoch: 0,
  lag: { 0: 3, 1: 4 },
  newestMs: nowMs - 5_000,
  files: 12,
  bytes: 3_400_000,
  snapshots: 7,
  rows: { "bronze.crypto_ticks_raw": 1_200, "silver.crypto_ticks": 1 },
};

Deno.test("the status of PART-A's lake names the rejects by their reason", () => {
  const lines = statusLines(
    { ...seen, rejects: { not_json: 1_001, price_null: 2 } },
    { writer: "the container k", nowMs },
  );
  assertEquals(lines, [
    "run     running, the container k",
    "topic   crypto.prices.raw",
    "lag     7 records",
    "fresh   newest record 5.0 s old",
    "size    12 files, 3.4 MB; 7 snapshots",
    "  bronze.crypto_ticks_raw        1,200 rows",
    "  silver.crypto_ticks                1 row",
    "rejects 1,001 not_json, 2 price_null",
  ]);
});

Deno.test("a lake without rejects has no line for them", () => {
  const lines = statusLines(seen, { writer: undefined, nowMs });
  assertEquals(lines.filter((line) => line.startsWith("rejects")), []);
  assertEquals(
    statusLines({ ...seen, rejects: {} }, { writer: undefined, nowMs }),
    lines,
  );
});
