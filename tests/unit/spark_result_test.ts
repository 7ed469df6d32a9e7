import { assertEquals, assertThrows } from "@std/assert";
import { formatJson } from "../../tasks/lake/format_table.ts";
import {
  checksOf,
  failedSteps,
  lockLines,
  maintenanceRows,
  maintenanceTable,
  rowsOf,
} from "../../tasks/lake/spark/spark_result.ts";
import { statusLines } from "../../tasks/lake/spark/spark_status.ts";
import { jobName } from "../../tasks/lake/spark/spark_session.ts";

Deno.test("`rowsOf()` gives JSON the types of the embedded engine", () => {
  const found = rowsOf([{
    event: "rows",
    columns: [
      { name: "i", type: "int" },
      { name: "big", type: "bigint" },
      { name: "d", type: "decimal(38,18)" },
      { name: "b", type: "boolean" },
      { name: "s", type: "string" },
    ],
    rows: [["1", "9007199254740993", "0.100000000000000000", "true", null]],
  }], "rows");
  assertEquals(formatJson(found), [
    '{"i":1,"big":"9007199254740993","d":"0.100000000000000000","b":true,"s":null}',
  ]);
  assertThrows(() => rowsOf([], "rows"), Error, "sent no rows");
});

Deno.test("`checksOf()` keeps the next step of what is not ok", () => {
  const check = (state: string, next?: string) => ({
    event: "check",
    name: "keys",
    state,
    says: "x",
    ...next === undefined ? {} : { next },
  });
  const found = checksOf([
    check("ok"),
    check("failed", "look"),
    check("warning"),
    check("odd"),
  ]);
  assertEquals(found.map(({ verdict }) => verdict), [
    "ok",
    "fail",
    "warn",
    "fail",
  ]);
  assertEquals(found[1]?.next, "look");
  assertEquals(found[2]?.next, "deno task lake status --engine=spark");
});

Deno.test("a maintenance has a row for each step, with what it changed", () => {
  const events = [{
    event: "maintained",
    table: "silver.crypto_ticks",
    step: "compact",
    filesBefore: 1200,
    filesAfter: 3,
    snapshotsBefore: 4,
    snapshotsAfter: 4,
    orphans: 2,
    seconds: 2.04,
  }];
  assertEquals(maintenanceTable(events).rows, [[
    ...["silver.crypto_ticks", "compact", "1,200 > 3", "", "", "4", "2"],
    "2.0",
  ]]);
  assertEquals(JSON.parse(formatJson(maintenanceRows(events))[0] ?? ""), {
    table: "silver.crypto_ticks",
    step: "compact",
    ...{ "files before": 1200, "files after": 3 },
    ...{ "bytes before": null, "bytes after": null },
    ...{ "manifests before": null, "manifests after": null },
    ...{ "snapshots before": 4, "snapshots after": 4 },
    orphans: 2,
    seconds: 2,
  });
});

Deno.test("`lockLines()` says of each lock what became of it", () => {
  assertEquals(lockLines([]), ["No lock is held on these tables."]);
  const lock = { event: "lock", says: "a.b, lock 1", waits: 301 };
  assertEquals(
    lockLines([{ ...lock, cleared: true }, { ...lock, cleared: false }]),
    [
      "Cleared: a.b, lock 1.",
      "Left: a.b, lock 1: a writer may hold it until it has been silent for " +
      "301 s.",
    ],
  );
});

Deno.test("`failedSteps()` says which step failed and why", () => {
  const step = { event: "maintained", table: "a.b", step: "compact" };
  assertEquals(failedSteps([step, { ...step, failed: "Conflict" }]), [
    "compact of a.b failed: Conflict",
  ]);
});

Deno.test("`statusLines()` shows what there is", () => {
  const lines = statusLines({
    topic: "prices",
    epoch: 1,
    lag: { "0": 2, "1": 1 },
    newestMs: 1_000,
    rows: { "bronze.crypto_ticks_raw": 1234, "silver.crypto_ticks": 1 },
    files: 1,
    bytes: 2_500_000,
    snapshots: 4,
  }, { writer: undefined, nowMs: 3_000 });
  assertEquals(lines, [
    "run     not running",
    "topic   prices, epoch 1",
    "lag     3 records",
    "fresh   newest record 2.0 s old",
    "size    1 file, 2.5 MB; 4 snapshots",
    "  bronze.crypto_ticks_raw        1,234 rows",
    "  silver.crypto_ticks                1 row",
  ]);
  const away = statusLines({ lagError: "no broker" }, {
    writer: "pid 7",
    nowMs: 0,
  });
  assertEquals([away[0], away[2]], [
    "run     running, pid 7",
    "lag     unknown: no broker",
  ]);
});

Deno.test("`jobName()` is the same for all writers of a lake, and new for each reader", () => {
  assertEquals(jobName("run", ""), "crypto-spark-run");
  assertEquals(jobName("run", "t1_"), "crypto-spark-run-t1");
  assertEquals(jobName("run", "a_b_"), "crypto-spark-run-a-b");
  assertEquals(jobName("sql", "") === jobName("sql", ""), false);
});
