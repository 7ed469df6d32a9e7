// A batch that the lake does not take: its halves are tried, and theirs, until
// the record is found that is the reason. The stream goes on without it, but
// not without a trace of it.

import { messageOf } from "../../lib/errors.ts";
import type { BronzeRow, OffsetGap } from "../lake/bronze_row.ts";
import type { Committed, LakeBatch, LakeWriter } from "../lake/lake_types.ts";
import { RefusedError } from "../lake/refused_error.ts";
import type { FollowEvent } from "./events.ts";
import { asAscii } from "./to_bronze_row.ts";

/** What {@linkcode storeParts} works with. */
export interface StoreOptions {
  /** Where the parts go. */
  readonly writer: Pick<LakeWriter, "commit">;
  /** Ends it between two parts. */
  readonly signal: AbortSignal;
  /** Called for each part that is in the lake. */
  readonly onStored: (part: LakeBatch, committed: Committed) => void;
  /** Gets what the lake did not take as it was. */
  readonly onEvent: (event: FollowEvent) => void;
}

const maxDetail = 300;

type Item =
  | { readonly row: BronzeRow; readonly at: BronzeRow; readonly first: bigint }
  | { readonly gap: OffsetGap; readonly at: OffsetGap; readonly first: bigint };

/** In the order in which a partition's next offset grows. */
function byPlace(one: Item, other: Item): number {
  return one.at.epoch - other.at.epoch ||
    one.at.partition - other.at.partition ||
    (one.first < other.first ? -1 : 1);
}

function batchOf(items: readonly Item[]): LakeBatch {
  return {
    rows: items.flatMap((item) => "row" in item ? [item.row] : []),
    gaps: items.flatMap((item) => "gap" in item ? [item.gap] : []),
  };
}

function halves({ rows, gaps }: LakeBatch): [LakeBatch, LakeBatch] {
  const items: Item[] = [
    ...rows.map((row) => ({ row, at: row, first: row.offset })),
    ...gaps.map((gap) => ({ gap, at: gap, first: gap.from })),
  ].sort(byPlace);
  const middle = items.length >> 1;
  return [batchOf(items.slice(0, middle)), batchOf(items.slice(middle))];
}

/** The message may quote the record. */
function detailOf(error: RefusedError): string {
  return messageOf(error.cause ?? error).replaceAll(/[^\x20-\x7e]/g, "?").slice(
    0,
    maxDetail,
  );
}

async function put(part: LakeBatch, options: StoreOptions): Promise<void> {
  const committed = await options.writer.commit(part);
  options.onStored(part, committed);
}

async function storeRefused(
  row: BronzeRow,
  error: RefusedError,
  options: StoreOptions,
): Promise<void> {
  const { topic, epoch, partition, offset } = row;
  try {
    await put({ rows: [asAscii(row)], gaps: [] }, options);
    options.onEvent({ kind: "encoded", partition, offset, error });
    return;
  } catch (again) {
    if (!(again instanceof RefusedError)) throw again;
  }
  const gap: OffsetGap = {
    topic,
    epoch,
    partition,
    from: offset,
    to: offset + 1n,
    reason: "refused",
    detail: detailOf(error),
  };
  await put({ rows: [], gaps: [gap] }, options);
  options.onEvent({ kind: "gap", gap });
}

/**
 * Stores a batch: in one transaction, or, if the lake refuses what it holds, in
 * several. A record that is refused alone is stored as base64 and, if even that
 * is refused, as a gap with the reason.
 *
 * @throws what the writer throws when the lake cannot be written.
 */
export async function storeParts(
  batch: LakeBatch,
  options: StoreOptions,
): Promise<void> {
  const { rows, gaps } = batch;
  if (rows.length + gaps.length === 0) return;
  try {
    return await put(batch, options);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const [row] = rows;
    if (rows.length + gaps.length === 1) {
      // A gap is numbers and a few words: it is not the reason.
      if (row === undefined) throw error;
      return await storeRefused(row, error, options);
    }
  }
  for (const half of halves(batch)) {
    if (options.signal.aborted) return;
    await storeParts(half, options);
  }
}
