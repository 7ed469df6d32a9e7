// What a consumer with the isolation level `read_committed` takes from a
// partition's record set: each offset is either a record or in a range that is
// passed for a reason. Transactions: KIP-98, section 4.2 "Reads".

import type { AbortedTransaction } from "./raw_fetch.ts";
import type { DecodedRecord } from "./record.ts";
import {
  decodeRecordSet,
  type Decompress,
  type RecordRun,
} from "./record_set.ts";

/** Why a range of offsets has no records for a reader. */
export type PassedReason = "control" | "compacted" | "aborted" | "unreadable";

/** Offsets that a reader passes without a record. */
export interface PassedRange {
  /** The first one. */
  readonly from: bigint;
  /** The first one after them. */
  readonly to: bigint;
  /** Why. */
  readonly reason: PassedReason;
  /** Why a batch is unreadable, with its codec; null for other reasons. */
  readonly detail: string | null;
}

/** What a record set holds from an offset on. */
export interface CommittedRead {
  /** In the order of their offsets. */
  readonly records: readonly DecodedRecord[];
  /** In the order of their offsets. */
  readonly passed: readonly PassedRange[];
  /** The offset to read next. */
  readonly next: bigint;
}

/** Tells whether a batch belongs to an aborted transaction. */
function abortJudge(
  aborted: readonly AbortedTransaction[],
): (run: RecordRun) => boolean {
  const waiting = aborted.toSorted((a, b) => Number(a.from - b.from));
  const open = new Set<bigint>();
  return ({ producerId, next, isControl }) => {
    while (waiting[0] !== undefined && waiting[0].from < next) {
      open.add(waiting[0].producerId);
      waiting.shift();
    }
    if (producerId === undefined) return false;
    // The first marker after an aborted transaction's beginning ends it.
    if (isControl) open.delete(producerId);
    return open.has(producerId);
  };
}

/** Collects records; what lies between them becomes passed ranges. */
class Collector implements CommittedRead {
  readonly records: DecodedRecord[] = [];
  readonly passed: PassedRange[] = [];
  next: bigint;

  constructor(from: bigint) {
    this.next = from;
  }

  take(record: DecodedRecord): void {
    if (record.offset < this.next) return;
    this.pass(record.offset, "compacted");
    this.records.push(record);
    this.next = record.offset + 1n;
  }

  pass(to: bigint, reason: PassedReason, detail: string | null = null): void {
    if (to <= this.next) return;
    const last = this.passed.at(-1);
    const joins = last?.to === this.next && last.reason === reason &&
      last.detail === detail;
    const from = joins ? last.from : this.next;
    if (joins) this.passed.pop();
    this.passed.push({ from, to, reason, detail });
    this.next = to;
  }
}

/** Why a batch has no records; `undefined` when it has. */
function faultOf({ from, next, records, unreadable }: RecordRun) {
  if (unreadable !== undefined) return unreadable;
  // A damaged offset must not carry the reader past the batch.
  let at = from;
  for (const { offset } of records) {
    if (offset < at || offset >= next) {
      return `offset ${offset} in a batch from ${from} to ${next - 1n}`;
    }
    at = offset + 1n;
  }
  return undefined;
}

/**
 * Reads a record set from an offset on. Batches come complete, with records
 * before that offset; those are dropped.
 *
 * @param fetched The record set and the transactions aborted in it.
 */
export async function readCommitted(
  fetched: {
    readonly recordSet: Uint8Array;
    readonly aborted: readonly AbortedTransaction[];
  },
  from: bigint,
  decompress: Decompress,
): Promise<CommittedRead> {
  const read = new Collector(from);
  const isAborted = abortJudge(fetched.aborted);
  for await (const run of decodeRecordSet(fetched.recordSet, decompress)) {
    const aborted = isAborted(run);
    if (run.next <= read.next) continue;
    read.pass(run.from, "compacted");
    const fault = faultOf(run);
    if (run.isControl) read.pass(run.next, "control");
    else if (aborted) read.pass(run.next, "aborted");
    else if (fault !== undefined) {
      read.pass(run.next, "unreadable", `${run.codec}: ${fault}`);
    } else {
      for (const record of run.records) read.take(record);
      read.pass(run.next, "compacted");
    }
  }
  return read;
}
