import { assertEquals, assertThrows } from "@std/assert";
import type { BronzeRow, OffsetGap } from "../../lakehouse/lake/bronze_row.ts";
import { coverage, refuseKnown } from "../../lakehouse/lake/coverage.ts";
import { CommandError } from "../../lib/errors.ts";

function row(offset: number, partition = 0): BronzeRow {
  return {
    topic: "t",
    epoch: 1,
    partition,
    offset: BigInt(offset),
    timestampMs: 0,
    key: null,
    headers: "{}",
    payload: null,
    payloadEncoding: null,
  };
}

function gap(from: number, to: number): OffsetGap {
  const [start, end] = [BigInt(from), BigInt(to)];
  const where = { topic: "t", epoch: 1, partition: 0 };
  return { ...where, from: start, to: end, reason: "control", detail: null };
}

function spans(rows: BronzeRow[], gaps: OffsetGap[]): string[] {
  return coverage({ rows, gaps })
    .map(({ partition, from, to }) => `${partition}: ${from}-${to}`);
}

Deno.test("coverage() joins rows and gaps of each partition", () => {
  assertEquals(
    spans([row(5), row(7), row(2, 1), row(8)], [gap(6, 7), gap(9, 12)]),
    ["0: 5-12", "1: 2-3"],
  );
  assertEquals(spans([], []), []);
});

Deno.test("coverage() refuses an offset that a batch has twice", () => {
  for (
    const [rows, gaps] of [
      [[row(5), row(5)], []],
      [[row(5)], [gap(3, 6)]],
      [[], [gap(3, 3)]],
    ] as const
  ) {
    assertThrows(() => coverage({ rows, gaps }), CommandError, "offset");
  }
});

Deno.test("refuseKnown() names the offset that the lake has, and the next one", () => {
  const [covered] = coverage({ rows: [row(5)], gaps: [] });
  refuseKnown(covered!, 5n);
  const { message } = assertThrows(
    () => refuseKnown(covered!, 6n),
    CommandError,
  );
  assertEquals(
    message,
    "offset 5 of topic t, partition 0, epoch 1, is in the lake already: " +
      "expected 6 or more",
  );
});
