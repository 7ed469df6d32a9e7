import { assertEquals } from "@std/assert";
import { lakeLines, parseFigures } from "../../tasks/demo/demo_lake.ts";

Deno.test("`parseFigures()` reads the lake's status, and nothing from another program", () => {
  const status = {
    counters: { records: 3 },
    lag: { 0: 1, 1: 2 },
    commit_freshness_ms: 80.4,
  };
  const figures = parseFigures(status);
  assertEquals([figures?.records, figures?.lag], [3, 3]);
  for (
    const other of [{ ...status, commit_freshness_ms: null }, null, 1, [], {}, {
      counters: {},
    }, { counters: null }]
  ) {
    assertEquals(parseFigures(other), undefined);
  }
});

Deno.test("`lakeLines()` shows a line for each layer", () => {
  const answer = '{"bronze":"3","silver":"30","coins":"10","rejects":"0",' +
    '"candles":"10"}';
  assertEquals(lakeLines(answer, 87), [
    "bronze  3 records, as they came",
    "silver  30 ticks of 10 coins, 0 rejects",
    "gold    10 hourly candles, 87 ms after the poll",
  ]);
});
