import { assertEquals } from "@std/assert";
import { InlinedRows } from "../../lakehouse/lake/inlined_rows.ts";

Deno.test("InlinedRows are flushed when there are many, or after an hour", () => {
  let nowMs = 0;
  const rows = new InlinedRows({ monotonic: () => nowMs });
  nowMs = 10 * 3_600_000;
  assertEquals([rows.isAny, rows.isFlushDue()], [false, false]);
  rows.reset();
  rows.add(4_999);
  assertEquals([rows.isAny, rows.isFlushDue()], [true, false]);
  rows.add(1);
  assertEquals(rows.isFlushDue(), true);
  rows.reset();
  assertEquals([rows.isAny, rows.isFlushDue()], [false, false]);
  rows.add(11);
  nowMs += 3_599_999;
  assertEquals(rows.isFlushDue(), false);
  nowMs += 1;
  assertEquals(rows.isFlushDue(), true);
});
