import { assert, assertEquals } from "@std/assert";
import type { BronzeRow, OffsetGap } from "../../lakehouse/lake/bronze_row.ts";
import { coverage, refuseKnown } from "../../lakehouse/lake/coverage.ts";
import { RefusedError } from "../../lakehouse/lake/refused_error.ts";
import type {
  Committed,
  LakeBatch,
  TopicPosition,
} from "../../lakehouse/lake/lake_types.ts";
import type { WriterPort } from "../../lakehouse/ingest/commit_loop.ts";
import { payloadText } from "./payload_text.ts";

/** A lake in memory, as strict as the real one. */
export class FakeLake implements WriterPort {
  readonly rows: BronzeRow[] = [];
  readonly gaps: OffsetGap[] = [];
  readonly batches: LakeBatch[] = [];
  /** What each call first goes through; may reject. */
  gate: (call: string) => Promise<void> = () => Promise.resolve();
  /** Whether it refuses a row for good. */
  refuses: (row: BronzeRow) => boolean = () => false;
  /** Rejects after a commit was written: its outcome is not known. */
  afterCommit: () => Promise<void> = () => Promise.resolve();

  async position(topic: string): Promise<TopicPosition> {
    await this.gate("position");
    const all = [...this.rows, ...this.gaps].filter((it) => it.topic === topic);
    const epoch = Math.max(0, ...all.map((it) => it.epoch));
    const ids = new Set(
      all.filter((it) => it.epoch === epoch).map((it) => it.partition),
    );
    const partitions = [...ids].map((partition) => ({
      partition,
      next: this.#next(epoch, partition),
      last: this.rows.findLast((row) =>
        row.epoch === epoch && row.partition === partition
      ),
    }));
    return { epoch, partitions };
  }

  async commit(batch: LakeBatch): Promise<Committed> {
    await this.gate("commit");
    if (batch.rows.some(this.refuses)) {
      throw new RefusedError("cannot write the lake", "try another one", {
        cause: new Error("Parser Error:\nbad \u{1f600}"),
      });
    }
    for (const one of coverage(batch)) {
      const next = this.#next(one.epoch, one.partition);
      refuseKnown(one, next);
      // Stricter than the real one: nothing may be left out.
      assertEquals(one.from, next, `a hole in partition ${one.partition}`);
    }
    this.rows.push(...batch.rows);
    this.gaps.push(...batch.gaps);
    this.batches.push(batch);
    await this.afterCommit();
    return {
      snapshot: this.batches.length,
      rows: batch.rows.length,
      ticks: 0,
      repeats: 0,
      revisions: 0,
      rejects: {},
      newestTimestampMs: undefined,
      durationMs: 1,
    };
  }

  #next(epoch: number, partition: number): bigint {
    const ends = [
      ...this.rows.map((row) => ({ ...row, to: row.offset + 1n })),
      ...this.gaps,
    ].filter((it) => it.epoch === epoch && it.partition === partition);
    return ends.reduce((max, { to }) => to > max ? to : max, 0n);
  }

  /** The payloads of a partition in one epoch. */
  payloads(epoch = 0, partition = 0): (string | null)[] {
    return this.rows.filter((row) =>
      row.epoch === epoch && row.partition === partition
    ).map(payloadText);
  }

  /** The gaps as `epoch/partition from..to reason`. */
  gapLines(): string[] {
    return this.gaps.map(({ epoch, partition, from, to, reason }) =>
      `${epoch}/${partition} ${from}..${to} ${reason}`
    );
  }

  assertWhole(): void {
    const groups = Map.groupBy(
      [
        ...this.rows.map((row) => ({ ...row, from: row.offset })),
        ...this.gaps,
      ],
      ({ epoch, partition }) => `${epoch}/${partition}`,
    );
    for (const [name, spans] of groups) {
      spans.sort((a, b) => a.from < b.from ? -1 : 1);
      let at = 0n;
      for (const span of spans) {
        assert(span.from === at, `${name}: ${span.from} after ${at}`);
        at = "to" in span ? span.to : span.from + 1n;
      }
    }
  }
}
