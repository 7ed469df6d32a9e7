/**
 * All rows that wait: on disk and, for as long as the disk cannot be written,
 * in memory.
 *
 * @module
 */

import { messageOf } from "../errors.ts";
import type { Place, Position } from "../outbox.ts";
import { Pending } from "./pending.ts";
import type { Row } from "./row.ts";
import { isDamage, isReadOnly } from "./schema.ts";
import type { PartitionPosition, Store } from "./store.ts";

/** The disk, as the rows need it. */
export interface DiskPorts {
  /**
   * Opens the database, or makes it.
   *
   * @throws when the disk does not let it.
   */
  readonly open: () => Store;
  /** Whether there is surely no record in the file; asked while it is shut. */
  readonly holdsNothing: () => boolean;
  /**
   * Moves a damaged database aside; the next `open` takes over what it holds.
   *
   * @throws when it cannot be moved.
   */
  readonly moveAside: (error: unknown) => void;
  /** Whether the open file is still the one at its path. */
  readonly isInPlace: () => boolean;
  /** Told when the disk refuses, and `undefined` when it takes again. */
  readonly onDisk: (error: string | undefined) => void;
}

/** A backlog from which on the file is made smaller once it is sent. */
const shrinkFrom = 1_000;

/** Rows that are copied at a time. */
const movedRows = 1_000;

/** The bytes of some rows. */
export function bytesOf(rows: readonly Place[]): number {
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
  remove(places: readonly Place[]): void {
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
   * The oldest rows after a place, one by one while `more` says so.
   *
   * @param more Is told how many rows are chosen, and their bytes.
   */
  choose(
    after: number,
    more: (records: number, bytes: number) => boolean,
  ): Place[] {
    const chosen: Place[] = [];
    let sum = 0;
    const take = ({ seq, bytes }: Place) => {
      // What has just come is never the one to go.
      if (seq === this.#lastSeq) return;
      chosen.push({ seq, bytes });
      sum += bytes;
    };
    this.#read((store) => {
      for (const row of store.sizes(Math.max(after, this.#goneTo))) {
        if (!more(chosen.length, sum)) break;
        if (this.#waits(row.seq)) take(row);
      }
    });
    for (const row of this.#memory) {
      if (!more(chosen.length, sum)) break;
      if (row.seq > after) take(row);
    }
    return chosen;
  }

  /** The topics of all rows. */
  topics(): string[] {
    const onDisk = this.#must((store) => store.topics(this.#goneTo)) ?? [];
    return [...new Set([...onDisk, ...this.#memory.map((row) => row.topic)])];
  }

  /** The oldest time of a topic's rows, ms since 1970. */
  oldestMs(topic: string): number | undefined {
    const onDisk = this.#must((store) => store.oldestMs(topic, this.#goneTo));
    const times = this.#memory.filter((row) => row.topic === topic)
      .map(({ timestamp_ms }) => timestamp_ms);
    if (onDisk !== undefined) times.push(onDisk);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What is known of a partition. */
  position(topic: string, partition: number): Position | undefined {
    return this.#pending.position(topic, partition) ??
      this.#must((store) => store.position(topic, partition));
  }

  /** Those rows of a topic whose ids are among these. */
  find(topic: string, ids: ReadonlySet<string>): Place[] {
    const onDisk =
      this.#must((store) =>
        [...store.ids(topic)].filter(({ seq, id }) =>
          ids.has(id) && this.#waits(seq)
        )
      ) ?? [];
    const inMemory = this.#memory.filter((row) =>
      row.topic === topic && ids.has(row.id)
    );
    return [...onDisk, ...inMemory].map(({ seq, bytes }) => ({ seq, bytes }));
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
      const fresh = this.#open();
      for (let from = 0;;) {
        const part = old.after(from, movedRows);
        fresh.copy(part);
        if (part.length < movedRows) break;
        from = part.at(-1)?.seq ?? from;
      }
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

  /** The same where nothing must be left out: it is tried again, or fails. */
  #must<T>(look: (store: Store) => T): T | undefined {
    try {
      return this.#store && look(this.#store);
    } catch (error) {
      this.#trouble(error);
    }
    if (this.#store === undefined) throw new Error(this.#diskError);
    return look(this.#store);
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
    this.#open().copy(this.#flight.filter(({ seq }) => this.#waits(seq)));
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
