// The pure parts of the lake's commands; their modules reach DuckDB.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { changedTable } from "../../tasks/lake/history.ts";
import { parseKeep } from "../../tasks/lake/maintain_lake.ts";
import { parseMoment } from "../../lakehouse/lake/moment.ts";
import { statusLines } from "../../tasks/lake/status_lake.ts";
import { judgeFreshness, judgeLag } from "../../tasks/lake/verify_lake.ts";
import { UsageError } from "../../lib/errors.ts";

const positions = [{ partition: 0, next: 10n }];

Deno.test("a backlog or an unknown end fails, a few live records do not", () => {
  const verdict = (ends: [number, bigint][]) =>
    judgeLag({ ok: true, value: new Map(ends) }, { positions }).verdict;
  assertEquals(verdict([[0, 10n]]), "ok");
  assertEquals(verdict([[0, 110n]]), "ok");
  assertEquals(verdict([[0, 111n]]), "fail");
  // A partition that the lake does not know counts from its start.
  assertEquals(verdict([[0, 10n], [1, 101n]]), "fail");
  const unknown = judgeLag({ ok: false, error: "gone" }, { positions });
  assertEquals(unknown.verdict, "fail");
});

Deno.test("an empty lake is a warning; a clock that is behind is not", () => {
  assertEquals(judgeFreshness({ newestMs: undefined }, 0).verdict, "warn");
  assertEquals(judgeFreshness({ newestMs: 5_000 }, 1_000).verdict, "ok");
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
    run: undefined,
    lag: { ok: true, value: new Map([[0, 3n], [1, 0n]]) },
    nowMs: 0,
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
