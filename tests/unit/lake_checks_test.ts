import { assertEquals, assertStringIncludes } from "@std/assert";
import { lakeChecks, type Rows } from "../../tasks/lake/lake_checks.ts";
import { judgeModels } from "../../tasks/lake/model_check.ts";

const models = {
  name: "models",
  judge: ([row = []]: Rows) => judgeModels(row.map(Number), 1_000),
};
const checks = [...lakeChecks, models];

function judge(name: string, rows: Rows) {
  const check = checks.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check ${name}`);
  return check.judge(rows);
}

const judged: readonly [string, Rows, string, string][] = [
  ["bronze key", [["1234", "1234"]], "ok", "1,234 records, each offset once"],
  [
    "bronze key",
    [["10", "8"]],
    "fail",
    "2 records of 10 in bronze more than once",
  ],
  ["offsets", [], "ok", "every offset is in bronze"],
  [
    "offsets",
    [["t", "0", "2", "5", "9"]],
    "fail",
    "offsets 5 to 8 of t, partition 2, are missing in bronze",
  ],
  ["gaps", [], "ok", "no record was deleted"],
  [
    "gaps",
    [["refused", "1"], ["retention", "1200"], ["unreadable", "3"]],
    "warn",
    "1 refused, 1,200 deleted by retention, 3 unreadable",
  ],
  ["candles", [["7", "0"]], "ok", "7 hourly candles, as computed from all"],
  ["candles", [["7", "2"]], "fail", "2 rows of hourly candles differ from"],
  ["silver key", [["4", "4", "2"]], "ok", "4 ticks of 2 coins"],
  ["silver key", [["4", "3", "2"]], "fail", "1 tick in silver more"],
  ["rejects", [], "ok", "none"],
  [
    "rejects",
    [["not_json", "2"], ["price_null", "1"]],
    "ok",
    "3, each with its reason: not_json 2, price_null 1",
  ],
  ["gold", [["5", "0"]], "ok", "5 hourly candles"],
  ["gold", [["5", "1"]], "fail", "1 of 5 hourly candles"],
  ["models", [["400", "0", "0", "0", "0"]], "ok", "all 400 records"],
  [
    "models",
    [["1000", "0", "0", "0", "0"]],
    "ok",
    "the newest 1,000 records",
  ],
  [
    "models",
    [["400", "1", "2", "3", "4"]],
    "fail",
    "of all 400 records: 1 without a tick or a reject, 2 observed but not in " +
    "silver, 3 in silver with other values, 4 missing in silver's rejects",
  ],
];

for (const [name, rows, verdict, text] of judged) {
  Deno.test(`lake check "${name}" of ${JSON.stringify(rows)}: ${verdict}`, () => {
    const finding = judge(name, rows);
    assertEquals(finding.verdict, verdict);
    assertStringIncludes(finding.detail, text);
    assertEquals(finding.next === undefined, verdict === "ok");
  });
}
