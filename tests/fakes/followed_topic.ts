import type { DecodedRecord } from "../../kafka/records/record.ts";
import type { PassedRange } from "../../kafka/records/read_committed.ts";
import type { PartitionRead } from "../../kafka/topic_fetch.ts";
import type { OpenReader } from "../../lakehouse/ingest/read_loop.ts";
import { kafkaError } from "./topics.ts";

/** A record, or what a reader of committed records passes in its place. */
export type Slot = DecodedRecord | PassedRange["reason"];

const utf8 = new TextEncoder();

/** A topic in memory, and readers of it. */
export class FollowedTopic {
  /** Slots by partition, from offset 0 on; `undefined` while it is missing. */
  log: Slot[][] | undefined;
  /** The first offset of each partition that retention left. */
  starts: number[] = [];
  isCompacted = false;
  /** Grows when the topic is created. */
  incarnation = 0;
  /** What each call of a reader first goes through; may reject. */
  gate: (call: string) => Promise<void> = () => Promise.resolve();
  /** The slots that one answer has at most. */
  answerSlots = 3;
  readonly groupOffsets = new Map<number, bigint>();
  openReaders = 0;
  #made = 0;
  #grown = Promise.withResolvers<void>();

  constructor(partitions = 1) {
    this.create(partitions);
  }

  create(partitions: number): void {
    this.log = Array.from({ length: partitions }, () => []);
    this.starts = Array.from({ length: partitions }, () => 0);
    this.incarnation++;
    this.#wake();
  }

  delete(): void {
    this.log = undefined;
    this.#wake();
  }

  grow(partitions: number): void {
    while (this.#logs.length < partitions) {
      this.#logs.push([]);
      this.starts.push(0);
    }
  }

  /** Appends records of which no two are the same. */
  append(partition: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const log = this.#logs[partition]!;
      log.push({
        offset: BigInt(log.length),
        timestampMs: 1_764_000_000_000 + this.#made,
        key: utf8.encode("key"),
        value: utf8.encode(`record ${this.#made++}`),
        headers: [],
      });
    }
    this.#wake();
  }

  pass(partition: number, reason: PassedRange["reason"]): void {
    this.#logs[partition]!.push(reason);
    this.#wake();
  }

  /** Retention deletes what is before an offset. */
  trim(partition: number, start: number): void {
    this.starts[partition] = start;
    this.#wake();
  }

  #wake(): void {
    this.#grown.resolve();
    this.#grown = Promise.withResolvers<void>();
  }

  get #logs(): Slot[][] {
    if (this.log === undefined) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION");
    return this.log;
  }

  open(): Promise<OpenReader> {
    const seen = new Map<number, bigint>();
    let incarnation = this.incarnation;
    const reader: OpenReader = {
      offsets: async () => {
        await this.gate("offsets");
        return this.#logs.map((log, partition) => ({
          partition,
          start: BigInt(this.starts[partition]!),
          end: BigInt(log.length),
          logEnd: BigInt(log.length),
        }));
      },
      offsetSince: (partition, sinceMs) => {
        const log = this.#logs[partition]!;
        const found = log.findIndex((slot) =>
          typeof slot !== "string" && slot.timestampMs >= sinceMs
        );
        return Promise.resolve(found < 0 ? undefined : BigInt(found));
      },
      recordAt: async (partition, offset) => {
        await this.gate("recordAt");
        const slot = this.#logs[partition]?.[Number(offset)];
        if (slot === undefined || offset < this.starts[partition]!) {
          throw kafkaError("OFFSET_OUT_OF_RANGE");
        }
        return typeof slot === "string" ? undefined : slot;
      },
      isCompacted: () => Promise.resolve(this.isCompacted),
      partitions: async () => {
        await this.gate("partitions");
        return this.#logs.map((_, partition) => partition);
      },
      seek: (positions) => {
        seen.clear();
        for (const [partition, next] of positions) seen.set(partition, next);
        incarnation = this.incarnation;
      },
      next: async (signal) => {
        await this.gate("next");
        const grown = this.#grown.promise;
        const reads = this.#answer(seen, incarnation);
        if (reads.length > 0) return reads;
        const aborted = Promise.withResolvers<void>();
        const wake = () => aborted.resolve();
        signal.addEventListener("abort", wake);
        if (signal.aborted) wake();
        // A broker waits for half a second; a fake for its next change.
        await Promise.race([grown, aborted.promise, this.#patience()]);
        signal.removeEventListener("abort", wake);
        return [];
      },
      commitOffsets: async (_, next) => {
        await this.gate("commitOffsets");
        for (const [partition, at] of next) {
          this.groupOffsets.set(partition, at);
        }
      },
      close: () => {
        this.openReaders--;
        return Promise.resolve();
      },
    };
    return this.gate("open").then(() => {
      this.openReaders++;
      return reader;
    });
  }

  /** Lets other work run, so that a test that waits sees time pass. */
  async #patience(): Promise<void> {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  }

  #answer(seen: Map<number, bigint>, incarnation: number): PartitionRead[] {
    const logs = this.#logs;
    // A fetch that waits is answered with an error when its topic goes.
    if (incarnation !== this.incarnation) {
      throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION");
    }
    const reads: PartitionRead[] = [];
    for (const [partition, from] of seen) {
      const log = logs[partition]!;
      if (from < this.starts[partition]! || from > log.length) {
        throw kafkaError("OFFSET_OUT_OF_RANGE");
      }
      const slots = log.slice(Number(from), Number(from) + this.answerSlots);
      if (slots.length === 0) continue;
      const records: DecodedRecord[] = [];
      const passed: PassedRange[] = [];
      slots.forEach((slot, index) => {
        const at = from + BigInt(index);
        if (typeof slot !== "string") records.push({ ...slot, offset: at });
        else passed.push({ from: at, to: at + 1n, reason: slot, detail: null });
      });
      const next = from + BigInt(slots.length);
      seen.set(partition, next);
      const highWatermark = BigInt(log.length);
      reads.push({ partition, from, records, passed, next, highWatermark });
    }
    return reads;
  }
}
