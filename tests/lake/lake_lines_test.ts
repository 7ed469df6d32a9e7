// The pure parts of the lake's commands; their modules reach DuckDB.

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { changedTable } from "../../tasks/lake/history.ts";
import type { rebuiltTables } from "../../lakehouse/lake/rebuilt_tables.ts";
import { maintainedLines, parseKeep } from "../../tasks/lake/maintain_lake.ts";
import { rebuiltLines } from "../../tasks/lake/rebuild_lake.ts";
import { maintenanceReport } from "../fakes/maintenance.ts";
import { parsePort } from "../../tasks/lake/show_page.ts";
import { parseMoment } from "../../lakehouse/lake/moment.ts";
import { statusLines } from "../../tasks/lake/status_lake.ts";
import { judgeFreshness } from "../../tasks/lake/verify_lake.ts";
import { UsageError } from "../../lib/errors.ts";

const positions = [{ partition: 0, next: 10n }];

Deno.test("an empty lake and an old record are warnings; a clock that is behind is none", () => {
  const lag = { verdict: "ok", detail: "0 records wait" } as const;
  const judge = (newestMs: number | undefined, nowMs: number) =>
    judgeFreshness(newestMs, { nowMs, limitMs: 100_000, lag });
  assertEquals(judge(undefined, 0).verdict, "warn");
  assertEquals(judge(5_000, 1_000).verdict, "ok");
  assertEquals(judge(0, 100_000).verdict, "ok");
  const { verdict, detail, next } = judge(0, 100_001);
  assertEquals(verdict, "warn");
  assertEquals(
    detail,
    "the newest record in gold is 100.0 s old, expected at most 100.0 s",
  );
  assertMatch(next ?? "", /deno task produce/);
  // Where records wait for the lake, the producer is not to blame.
  const behind = { ...lag, verdict: "fail", next: "run the lake" } as const;
  assertEquals(
    judgeFreshness(0, { nowMs: 200_000, limitMs: 100_000, lag: behind }).next,
    "run the lake",
  );
});

Deno.test("`statusLines()` fits 80 columns", () => {
  const lines = statusLines({
    dir: ".state/lake",
    topic: "crypto.prices.raw",
    facts: {
      snapshot: 42,
      snapshots: 40,
      rows: new Map([["bronze.crypto_ticks_raw", 1_234_567]]),
      epoch: 1,
      positions,
      newestMs: undefined,
      files: 3,
      bytes: 1_500_000,
    },
    live: {
      run: undefined,
      lag: { ok: true, value: new Map([[0, 3n], [1, 0n]]) },
    },
    seenMs: 0,
  });
  assertEquals(lines.slice(1), [
    "run     not running",
    "topic   crypto.prices.raw, epoch 1",
    "lag     3 records: 3 in partition 0",
    "fresh   no records yet",
    "size    3 files, 1.5 MB; 40 snapshots, the newest 42",
    "  bronze.crypto_ticks_raw    1,234,567 rows",
  ]);
  assert(lines.every((line) => line.length <= 80));
});

Deno.test("words of the command line: days, moments, tables", () => {
  assertEquals(parseKeep("0.5"), 43_200_000);
  assertEquals(parseMoment("42", "--at"), { version: 42 });
  // Beside the one of `lake run`.
  assertEquals([parsePort(undefined), parsePort("80")], [9466, 80]);
  for (const text of ["", "0", "65536", "-1", "1e3", "x", " 80"]) {
    assertThrows(() => parsePort(text), UsageError, `--port is "${text}"`);
  }
  assertEquals(changedTable("gold.crypto_latest"), "silver.crypto_ticks");
  for (const text of ["", "-1", "x", "3651", "1e2"]) {
    assertThrows(() => parseKeep(text), UsageError);
  }
  for (const text of ["", "-1", "1.5", "now", "2026-13-01", "9".repeat(16)]) {
    assertThrows(() => parseMoment(text, "--at"), UsageError);
  }
  for (const text of ["", "silver", "silver.x", "gold.", "gold.x'y"]) {
    assertThrows(() => changedTable(text), UsageError);
  }
});

Deno.test("one of each has no plural", () => {
  const lines = statusLines({
    dir: ".state/lake",
    topic: "crypto.prices.raw",
    facts: {
      snapshot: 0,
      snapshots: 1,
      rows: new Map([["bronze.crypto_ticks_raw", 1]]),
      epoch: 0,
      positions,
      newestMs: 0,
      files: 1,
      bytes: 10,
    },
    live: { run: undefined, lag: { ok: true, value: new Map([[0, 1n]]) } },
    seenMs: 0,
  });
  assertEquals(lines.slice(3), [
    "lag     1 record",
    "fresh   newest record 0.0 s old",
    "size    1 file, 0.0 kB; 1 snapshot, the newest 0",
    "  bronze.crypto_ticks_raw            1 row",
  ]);
});

Deno.test("`maintainedLines()` and `rebuiltLines()` compare, and fit 80 columns", () => {
  const { before, after } = maintenanceReport;
  const large = { ...before, bytes: 123_456_789_012 };
  assertEquals(maintainedLines({ before: large, after }, 80), [
    "                        before  after",
    "-------------  ---------------  -----",
    "files                        9      2",
    "bytes          123,456,789,012  4,096",
    "catalog bytes                1      1",
    "snapshots                   30      3",
  ]);
  const table = (name: typeof rebuiltTables[number], rows: number) => ({
    table: name,
    rows,
    removed: 1,
    added: 1_234,
  });
  const tables = [
    table("crypto_ticks", 5_260_000),
    table("crypto_revisions", 0),
  ];
  assertEquals(rebuiltLines(tables, 80), [
    "table                         rows  removed  added",
    "-----------------------  ---------  -------  -----",
    "silver.crypto_ticks      5,260,000        1  1,234",
    "silver.crypto_revisions          0        1  1,234",
  ]);
});
