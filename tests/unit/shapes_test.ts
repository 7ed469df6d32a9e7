import { assertEquals } from "@std/assert";
import {
  byMarketCap,
  candlesOf,
  changeOf,
  coinPrices,
  plainDecimal,
  snapshotOf,
  sparkLines,
} from "../../lakehouse/page/shapes.ts";

Deno.test("`plainDecimal()` keeps the value and its digits", () => {
  const rows: [string, string][] = [
    ["92937.000000000000000000", "92937"],
    ["0.123456789012345678", "0.123456789012345678"],
    ["0.000000150000000000", "0.00000015"],
    ["100", "100"],
    ["-0.250000000000000000", "-0.25"],
    ["0.000000000000000000", "0"],
  ];
  for (const [text, plain] of rows) assertEquals(plainDecimal(text), plain);
});

Deno.test("prices are by market cap, exactly, and those without one at the end", () => {
  const at = "2026-11-25T10:00:00Z";
  const coins = coinPrices([
    ["small", "1.50", null, "9.00", null, at],
    ["none-b", "1", "-0.10", null, "2.0", at],
    ["huge", "1", null, "10000000000000000000000000001.5", null, at],
    ["large", "1", null, "10000000000000000000000000001", null, at],
    ["equal-b", "1", null, "9.5", null, at],
    ["equal-a", "1", null, "9.50", null, at],
    ["none-a", "1", null, null, null, at],
  ]);
  assertEquals(byMarketCap(coins).map(({ coin }) => coin), [
    "huge",
    "large",
    "equal-a",
    "equal-b",
    "small",
    "none-a",
    "none-b",
  ]);
  assertEquals(coins[1], {
    coin: "none-b",
    price: "1",
    change24h: "-0.1",
    marketCap: null,
    volume24h: "2",
    observedAt: at,
  });
});

Deno.test("rows become sparklines, candles, snapshots and what a commit brought", () => {
  const lines = sparkLines([
    ["b", "t1", "1.0"],
    ["a", "t1", "2.0"],
    ["b", "t2", "3.0"],
  ]);
  assertEquals(lines.get("b"), [["t1", "1"], ["t2", "3"]]);
  assertEquals(lines.get("a"), [["t1", "2"]]);
  const candles = candlesOf([
    ["t2", "1.0", "4.0", "0.5", "2.0", "60", "false"],
    ["t1", "1.0", "1.0", "1.0", "1.0", "1", "true"],
  ]);
  assertEquals(candles.map(({ start, isFinal }) => [start, isFinal]), [
    ["t1", true],
    ["t2", false],
  ]);
  assertEquals(candles[1], {
    start: "t2",
    open: "1",
    high: "4",
    low: "0.5",
    close: "2",
    ticks: 60,
    isFinal: false,
  });
  assertEquals(
    snapshotOf(["7", "1764758514123456"]),
    { version: 7, at: "2025-12-03T10:41:54.123456Z" },
  );
  assertEquals(changeOf("20 records, 19 ticks"), { records: 20, ticks: 19 });
  assertEquals(changeOf(null), { records: 0, ticks: 0 });
  assertEquals(changeOf("rebuild"), { records: 0, ticks: 0 });
});
