/**
 * All rows that wait: on disk and, for as long as the disk cannot be written,
 * in memory.
 *
 * @module
 */

import { messageOf } from "../../lib/errors.ts";
import type { Position, RecordRef } from "./outbox.ts";
import { Ahead } from "./read_ahead.ts";
import type { DiskPorts } from "./file_port.ts";
import { type AllRows, chooseFrom, type More } from "./queries.ts";
import { Pending } from "./write_batch.ts";
import type { Row } from "./row.ts";
import { isDamage, isReadOnly } from "./schema.ts";
import type { PartitionPosition, Store } from "./database.ts";

/** A backlog from which on the file is made smaller once it is sent. */
const shrinkFrom = 1_000;

/** The bytes of some rows. */
export function bytesOf(rows: readonly RecordRef[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The rows. Trouble with the disk is in {@linkcode diskError}, not thrown. */
export class Rows implements Disposable {
  readonly #disk: DiskPorts;
  #store: Store | undefined;
  /** Rows that are not on disk; all are newer than those that are. */
  #memory: readonly Row[] = [];
  /** What else is not on disk yet. */
  #pending = new Pending();
  #lastSeq = 0;
  #depth = 0;
  #bytes = 0;
  /** No row up to here waits any more. */
  #goneTo = 0;
  /** What is in flight: it may be just what a damaged file has lost. */
  #flight: readonly Row[] = [];
  readonly #ahead = new Ahead();
  #wasOpen = false;
  #isInherited = false;
  #mustCount = false;
  #peak = 0;
  #diskError: string | undefined;
  #isClosed = false;

  /** Opens the disk, or begins in memory while it cannot be opened. */
  constructor(disk: DiskPorts) {
    this.#disk = disk;
    this.settle();
  }

  /** How many rows wait. */
  get depth(): number {
    return this.#depth;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The rows that are not on disk, oldest first. */
  get inMemory(): readonly Row[] {
    return this.#memory;
  }

  /** Why the disk takes nothing; `undefined` while it does. */
  get diskError(): string | undefined {
    return this.#diskError;
  }

  /**
   * Whether rows of an earlier process came up since this was asked last: it
   * may have sent them.
   */
  takeInherited(): boolean {
    const isInherited = this.#isInherited;
    this.#isInherited = false;
    return isInherited;
  }

  /** Says which rows are in flight. */
  hold(rows: readonly Row[]): void {
    this.#flight = rows;
  }

  /** Takes a new row, into memory until {@linkcode settle}. */
  push(make: (seq: number) => Row): void {
    const row = make(++this.#lastSeq);
    this.#memory = [...this.#memory, row];
    this.#depth++;
    this.#bytes += row.bytes;
  }

  /** Lets rows go. */
  remove(places: readonly RecordRef[]): void {
    const firstInMemory = this.#memory[0]?.seq ?? Infinity;
    for (const { seq } of places) {
      if (seq < firstInMemory) this.#pending.remove({ from: seq, to: seq });
    }
    this.#depth -= places.length;
    this.#bytes -= bytesOf(places);
    if (this.#memory.length === 0) return;
    const gone = new Set(places.map(({ seq }) => seq));
    this.#memory = this.#memory.filter(({ seq }) => !gone.has(seq));
  }

  /** Says that nothing up to here waits any more. */
  nothingUpTo(seq: number): void {
    this.#goneTo = seq;
  }

  /** Moves a partition's position. */
  move(position: PartitionPosition): void {
    this.#pending.move(position);
  }

  /** Keeps a row that goes among the rejected ones. */
  reject(row: Row, reason: string): void {
    this.#pending.reject(row, reason);
  }

  /** Writes to disk what is not there yet. */
  settle(): void {
    if (this.#isClosed) return;
    try {
      this.#write();
    } catch (error) {
      this.#trouble(error);
    }
  }

  /** The oldest rows, at most `most`, which is at least 1. */
  oldest(most: number): Row[] {
    // A file that cannot be opened may hold older ones: order comes first.
    if (this.#store === undefined && !this.#disk.holdsNothing()) return [];
    const onDisk = this.#read((store) => {
      const ahead = this.#ahead.take(this.#goneTo);
      const good = ahead.filter(({ seq }) => this.#waits(seq));
      // With fewer, newer ones on disk could be passed over.
      if (good.length === most) return good;
      const rows: Row[] = [];
      for (let from = this.#goneTo; rows.length < most;) {
        const part = store.after(from, most);
        rows.push(...part.filter(({ seq }) => this.#waits(seq)));
        if (part.length < most) break;
        from = part.at(-1)?.seq ?? from;
      }
      return rows;
    });
    const rows = [...onDisk ?? [], ...this.#memory].slice(0, most);
    // Somebody else may have emptied the file.
    if (rows.length === 0 && onDisk !== undefined) {
      [this.#depth, this.#bytes] = [0, 0];
    }
    return rows;
  }

  /**
   * Reads what will be the oldest rows once all up to a place are gone: while
   * those are on their way, the disk has nothing else to do.
   */
  lookAhead(from: number, most: number): void {
    this.#read((store) => this.#ahead.read(store, from, most));
  }

  /** The oldest rows after a place; see {@linkcode chooseFrom}. */
  choose(after: number, more: More): RecordRef[] {
    try {
      // What has just come is never the one to go.
      return this.whole((all) => chooseFrom(all, after, this.#lastSeq, more));
    } catch {
      // It is said already; the next record asks again.
      return [];
    }
  }

  /**
   * Looks at all rows where none must be left out.
   *
   * @throws when the file cannot be read, tried twice.
   */
  whole<T>(look: (seen: AllRows) => T): T {
    const seen = (): AllRows => ({
      store: this.#store,
      memory: this.#memory,
      goneTo: this.#goneTo,
      waits: (seq) => this.#waits(seq),
    });
    try {
      return look(seen());
    } catch (error) {
      this.#trouble(error);
    }
    if (this.#store === undefined) throw new Error(this.#diskError);
    return look(seen());
  }

  /** What is known of a partition. */
  position(topic: string, partition: number): Position | undefined {
    return this.#pending.position(topic, partition) ??
      this.whole(({ store }) => store?.position(topic, partition));
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#store?.[Symbol.dispose]();
    this.#store = undefined;
  }

  #write(): void {
    const isWritten = this.#pending.isEmpty && this.#memory.length === 0;
    if (isWritten && this.#store !== undefined) return;
    if (this.#store !== undefined && !this.#disk.isInPlace()) {
      this.#move(this.#store);
    }
    const store = this.#store ?? this.#open();
    store.apply(this.#pending.changes(this.#memory));
    this.#pending = new Pending();
    this.#memory = [];
    if (this.#mustCount && !isWritten) this.#count(store);
    this.#mustCount = false;
    this.#tellDisk(undefined);
    this.#peak = Math.max(this.#peak, this.#depth);
    if (this.#depth > 0 || this.#peak < shrinkFrom) return;
    if (store.shrink()) this.#peak = 0;
  }

  #count(store: Store): number {
    const { depth, bytes, lastSeq } = store.totals();
    this.#depth = depth + this.#memory.length;
    this.#bytes = bytes + bytesOf(this.#memory);
    return lastSeq;
  }

  #open(): Store {
    this.#ahead.take(-1);
    const store = this.#disk.open();
    const lastSeq = this.#count(store);
    const holdsRows = this.#depth > this.#memory.length;
    // Opened again, what it holds is this process's own.
    if (!this.#wasOpen && holdsRows) this.#isInherited = true;
    this.#wasOpen = true;
    // What came while the file was shut goes behind what it holds.
    this.#memory = this.#memory.map((row, index) => ({
      ...row,
      seq: Math.max(row.seq, lastSeq + 1 + index),
    }));
    this.#lastSeq = Math.max(
      this.#lastSeq,
      this.#memory.at(-1)?.seq ?? lastSeq,
    );
    this.#mustCount = true;
    this.#store = store;
    return store;
  }

  /** Goes on in a new file, as somebody has removed the open one. */
  #move(old: Store): void {
    this.#store = undefined;
    try {
      this.#open().copyAll(old);
      old[Symbol.dispose]();
    } catch (error) {
      this.#store = old;
      throw error;
    }
  }

  #read<T>(look: (store: Store) => T): T | undefined {
    try {
      return this.#store && look(this.#store);
    } catch (error) {
      this.#trouble(error);
      return undefined;
    }
  }

  #trouble(error: unknown): void {
    try {
      if (isReadOnly(error)) this.#reopen();
      if (!isDamage(error)) throw error;
      this.#mend(error);
    } catch (reason) {
      this.#tellDisk(messageOf(reason));
    }
  }

  /** SQLite never looks again whether a file can be written. */
  #reopen(): void {
    this.#store?.[Symbol.dispose]();
    this.#store = undefined;
    this.#open();
  }

  /** Goes on with a new file and what the damaged one still held. */
  #mend(error: unknown): void {
    this.#store?.[Symbol.dispose]();
    this.#store = undefined;
    this.#disk.moveAside(error);
    // It may hold what was acknowledged and not yet deleted.
    this.#pending.remove({ from: 0, to: this.#goneTo });
    const store = this.#open();
    // What is in memory is written below, whether it is in flight or not.
    const own = new Set(this.#memory.map(({ seq }) => seq));
    store.copy(
      this.#flight.filter(({ seq }) => this.#waits(seq) && !own.has(seq)),
    );
    this.#write();
  }

  #tellDisk(error: string | undefined): void {
    if (error !== this.#diskError) this.#disk.onDisk(error);
    this.#diskError = error;
  }

  #waits(seq: number): boolean {
    return seq > this.#goneTo && !this.#pending.isRemoved(seq);
  }
}
