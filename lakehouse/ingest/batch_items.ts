// What a Fetch has returned, as a batch takes it.

import type { DecodedRecord } from "../../kafka/records/record.ts";
import { nextTurn } from "../../lib/next_turn.ts";
import type { BronzeRow, OffsetGap } from "../lake/bronze_row.ts";
import type { BatchItem } from "./batcher.ts";
import {
  type RecordPlace,
  type RowOptions,
  toBronzeRow,
} from "./to_bronze_row.ts";

/** Rows that are made before others get their turn: about 2 ms. */
const rowsInTurn = 100;

/**
 * The rows of many records. Between its statements, a commit waits for this
 * thread: it gets its turn.
 */
export async function toBronzeRows(
  records: readonly DecodedRecord[],
  place: RecordPlace,
  options: RowOptions = {},
): Promise<BronzeRow[]> {
  const rows: BronzeRow[] = [];
  for (const record of records) {
    rows.push(toBronzeRow(record, place, options));
    if (rows.length % rowsInTurn === 0) await nextTurn();
  }
  return rows;
}

/** Both by offset: a batch may end between any two of them. */
export function inOrder(
  rows: readonly BronzeRow[],
  gaps: readonly OffsetGap[],
): readonly BatchItem[] {
  if (gaps.length === 0) return rows;
  const offsetOf = (item: BatchItem) =>
    "reason" in item ? item.from : item.offset;
  return [...rows, ...gaps].sort((one, other) =>
    offsetOf(one) < offsetOf(other) ? -1 : 1
  );
}
