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

const noFault = Array.from({ length: 8 }, () => "0");

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
  [
    "candles",
    [["7", "0", "1", "0"]],
    "ok",
    "7 hourly candles and 1 daily candle, as computed from all ticks",
  ],
  [
    "candles",
    [["7", "0", "2", "1"]],
    "fail",
    "rows that differ from those of all ticks: 1 of 2 daily candles",
  ],
  ["silver key", [["4", "4", "2"]], "ok", "4 ticks of 2 coins"],
  ["silver key", [["4", "3", "2"]], "fail", "1 tick in silver more"],
  ["rejects", [], "ok", "none"],
  [
    "rejects",
    [["not_json", "2"], ["price_null", "1"]],
    "ok",
    "3, each with its reason: not_json 2, price_null 1",
  ],
  ["revisions", [["3", "0"]], "ok", "3 revisions, each record and coin once"],
  ["revisions", [["3", "1"]], "fail", "1 revision in silver more than once"],
  [
    "rejects",
    [["not_json", "3", "1"]],
    "fail",
    "1 reject in silver more than once",
  ],
  ["gold", [["5", "0", "1", "0"]], "ok", "5 hourly candles and 1 daily candle"],
  [
    "gold",
    [["5", "1", "2", "1"]],
    "fail",
    "1 of 5 hourly candles and 1 of 2 daily candles",
  ],
  ["models", [["400", ...noFault]], "ok", "all 400 records"],
  [
    "models",
    [["1000", ...noFault]],
    "ok",
    "the newest 1,000 records",
  ],
  [
    "models",
    [["400", "1", "2", "3", "4", "5", "6", "7", "8"]],
    "fail",
    "of all 400 records: 1 without a tick or a reject, 2 observed but not in " +
    "silver, 3 in silver from a later record, 4 in silver with other values, " +
    "5 too many in silver's revisions, 6 missing in silver's rejects, 7 too " +
    "many in silver's rejects, 8 in silver of no record in bronze",
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
