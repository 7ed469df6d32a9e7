/**
 * The outbox that lasts: the bound, what is in flight, what an acknowledgement
 * does. Where the rows are is the matter of `rows.ts`.
 *
 * @module
 */

import type { PriceRecord } from "./outbox.ts";
import { messageOf } from "../../lib/errors.ts";
import type {
  Batch,
  BatchLimits,
  Outbox,
  Position,
  RecordRef,
  Waiting,
} from "./outbox.ts";
import type { Acknowledgement } from "../../kafka/sender.ts";
import type { OutboxState } from "./outbox.ts";
import type { DiskPorts } from "./file_port.ts";
import { findIn, oldestMsOf, topicsOf } from "./queries.ts";
import { type Row, rowOf, waitingOf } from "./row.ts";
import { bytesOf, Rows } from "./buffered_rows.ts";

/** How much may wait. */
export interface OutboxLimits {
  /** Records. */
  readonly records: number;
  /** Bytes of values and headers. */
  readonly bytes: number;
}

/** While the disk cannot be written so much waits in memory, at most. */
const memoryLimits: OutboxLimits = { records: 1_000, bytes: 16_000_000 };

/** See {@linkcode Outbox}. */
export class DurableOutbox implements Outbox, Disposable {
  readonly #rows: Rows;
  readonly #limits: OutboxLimits;
  /** Rows up to here are in flight. */
  #flightTo = 0;
  #isFull = false;

  /**
   * Opens it. A disk that cannot be written is no error: the records wait in
   * memory until it can.
   */
  constructor(limits: OutboxLimits, disk: DiskPorts) {
    this.#limits = limits;
    this.#rows = new Rows(disk);
  }

  /** See {@linkcode Outbox}. */
  get depth(): number {
    return this.#rows.depth;
  }

  /** See {@linkcode Outbox}. */
  add(record: PriceRecord): number {
    this.#rows.push((seq) => rowOf(seq, record));
    const { depth, bytes } = this.#rows;
    const dropped = this.#shed({ records: depth, bytes }, this.#limits);
    this.#rows.settle();
    // With the disk in order nothing is left there.
    const { inMemory } = this.#rows;
    const held = { records: inMemory.length, bytes: bytesOf(inMemory) };
    const from = (inMemory[0]?.seq ?? 1) - 1;
    return dropped + this.#shed(held, memoryLimits, from);
  }

  /** See {@linkcode Outbox}. */
  inherited(): boolean {
    return this.#rows.takeInherited();
  }

  /** See {@linkcode Outbox}. */
  take(limits: BatchLimits): Batch | undefined {
    const batch: Waiting[] = [];
    const flight: Row[] = [];
    let bytes = 0;
    for (const row of this.#rows.oldest(limits.records)) {
      const { topic, key } = flight[0] ?? row;
      bytes += row.bytes;
      if (row.topic !== topic || row.key !== key) break;
      if (batch.length > 0 && bytes > limits.bytes) break;
      const waiting = this.#read(row);
      if (waiting === undefined) {
        if (batch.length === 0) continue;
        break;
      }
      batch.push(waiting);
      flight.push(row);
    }
    this.#flightTo = batch.at(-1)?.seq ?? 0;
    this.#rows.hold(flight);
    return batch.length === 0 ? undefined : batch;
  }

  /** See {@linkcode Outbox}. */
  lookAhead({ records }: BatchLimits): void {
    if (this.#flightTo > 0 && this.#rows.depth > records) {
      this.#rows.lookAhead(this.#flightTo, records);
    }
  }

  /** See {@linkcode Outbox}. */
  acknowledge(batch: Batch, { partition, baseOffset }: Acknowledgement): void {
    const last = batch.at(-1);
    if (last === undefined) return;
    this.#rows.move({
      topic: last.record.topic,
      partition,
      next: baseOffset + BigInt(batch.length),
      lastId: last.record.id,
    });
    this.#rows.remove(batch);
    this.#rows.nothingUpTo(last.seq);
    this.#rows.hold([]);
    this.#isFull = false;
  }

  /** See {@linkcode Outbox}. */
  reject(waiting: Waiting, reason: string): void {
    this.#rows.reject(rowOf(waiting.seq, waiting.record), reason);
    this.deduplicate([waiting]);
  }

  /** See {@linkcode Outbox}. */
  release(): void {
    this.#flightTo = 0;
    this.#rows.hold([]);
  }

  /** See {@linkcode Outbox}. */
  settle(): void {
    this.#rows.settle();
  }

  /** See {@linkcode Outbox}. */
  topics(): string[] {
    return this.#rows.whole(topicsOf);
  }

  /** See {@linkcode Outbox}. */
  oldestMs(topic: string): number | undefined {
    return this.#rows.whole((all) => oldestMsOf(all, topic));
  }

  /** See {@linkcode Outbox}. */
  position(topic: string, partition: number): Position | undefined {
    return this.#rows.position(topic, partition);
  }

  /** See {@linkcode Outbox}. */
  find(topic: string, ids: ReadonlySet<string>): RecordRef[] {
    return this.#rows.whole((all) => findIn(all, topic, ids));
  }

  /** See {@linkcode Outbox}. */
  deduplicate(places: readonly RecordRef[]): void {
    this.#rows.remove(places);
    this.#rows.settle();
    if (places.length > 0) this.#isFull = false;
  }

  /** See {@linkcode Outbox}. */
  state(): OutboxState {
    const { depth, bytes, diskError, inMemory } = this.#rows;
    return {
      depth,
      bytes,
      oldestMs: this.#rows.oldest(1)[0]?.timestamp_ms,
      full: this.#isFull,
      diskError,
      inMemory: inMemory.length,
    };
  }

  /** Writes what is left and closes the file. */
  [Symbol.dispose](): void {
    this.#rows.settle();
    this.#rows[Symbol.dispose]();
  }

  /** A row that somebody has spoilt is put aside, and the queue goes on. */
  #read(row: Row): Waiting | undefined {
    try {
      return waitingOf(row);
    } catch (error) {
      this.#rows.reject(row, `its headers cannot be read: ${messageOf(error)}`);
      this.deduplicate([row]);
      return undefined;
    }
  }

  /**
   * Lets the oldest go until a bound holds, but nothing that is in flight and
   * never the newest.
   *
   * @returns how many went.
   */
  #shed(held: OutboxLimits, bound: OutboxLimits, from = 0): number {
    const records = held.records - bound.records;
    const bytes = held.bytes - bound.bytes;
    if (records <= 0 && bytes <= 0) return 0;
    const most = held.records - 1;
    const gone = this.#rows.choose(
      Math.max(from, this.#flightTo),
      (chosen, freed) => chosen < most && (chosen < records || freed < bytes),
    );
    this.#rows.remove(gone);
    this.#isFull = true;
    return gone.length;
  }
}
