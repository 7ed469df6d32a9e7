// The outbox that survives its process: the queue's order, its bound, and what
// is in flight.

import type { Acknowledgement } from "../../kafka/sender.ts";
import { messageOf } from "../../lib/errors.ts";
import type { OutboxDatabase, Totals } from "./database.ts";
import { DeadLetters } from "./dead_letters.ts";
import type {
  Batch,
  Limits,
  Outbox,
  OutboxState,
  Position,
  PriceRecord,
  RecordPart,
  RecordRef,
  Waiting,
} from "./outbox.ts";
import { type FilePorts, OutboxFile } from "./outbox_file.ts";
import {
  excessRows,
  findRows,
  leadingBatch,
  oldestRows,
  type QueueParts,
  sizeOf,
  topicAges,
} from "./queries.ts";
import { type Row, rowOf, waitingOf } from "./row.ts";
import { beforeAll, type Replacement, WriteBatch } from "./write_batch.ts";

/** How much may wait in memory while the disk cannot be written. */
const memoryLimits: Limits = { records: 1_000, bytes: 16_000_000 };

/** What {@linkcode createSqliteOutbox} works with. */
export interface OutboxPorts extends FilePorts {
  /** Called when old dead-lettered records were deleted for newer ones. */
  readonly onRejectedDropped: (records: number) => void;
}

class SqliteOutbox implements Outbox, Disposable {
  readonly #limits: Limits;
  readonly #file: OutboxFile;
  #batch = new WriteBatch();
  #inFlight: readonly Row[] = [];
  #lastSeq = 0;
  depth = 0;
  #bytes = 0;
  #isFull = false;
  readonly #deadLetters: DeadLetters;
  /** `undefined` until the file was opened for the first time. */
  #hasInherited: boolean | undefined;

  constructor(limits: Limits, ports: OutboxPorts) {
    this.#limits = limits;
    this.#deadLetters = new DeadLetters(limits, ports.onRejectedDropped);
    this.#file = new OutboxFile(ports, (database) => this.#adopt(database));
    this.settle();
  }

  add(record: PriceRecord, slots = 1): number {
    this.#lastSeq += slots;
    const row = rowOf(this.#lastSeq, record);
    this.#batch.add(row);
    this.depth++;
    this.#bytes += row.bytes;
    const bytes = this.#bytes + this.#deadLetters.bytes;
    const dropped = this.#drop({ records: this.depth, bytes }, this.#limits);
    this.settle();
    // Empty while the disk can be written.
    const { added } = this.#batch;
    const after = (added[0] ?? row).seq - 1;
    return dropped + this.#drop(sizeOf(added), memoryLimits, after);
  }

  takeInherited(): boolean {
    const hasInherited = this.#hasInherited ?? false;
    if (hasInherited) this.#hasInherited = false;
    return hasInherited;
  }

  take(limits: Limits): Batch | undefined {
    const rows = leadingBatch(this.#oldest(limits.records), limits.bytes);
    const parsed = rows.map((row) => this.#parse(row));
    const batch = parsed.filter((waiting) => waiting !== undefined);
    this.#inFlight = rows.filter((_, index) => parsed[index] !== undefined);
    if (batch.length > 0) return batch;
    return rows.length === 0 ? undefined : this.take(limits);
  }

  acknowledge(batch: Batch, { partition, baseOffset }: Acknowledgement): void {
    const last = batch.at(-1);
    if (last === undefined) return;
    this.#batch.move({
      topic: last.record.topic,
      partition,
      next: baseOffset + BigInt(batch.length),
      lastId: last.record.id,
    });
    this.#batch.removeOldest(batch);
    this.#uncount(batch);
    this.#batch.goneTo = last.seq;
    this.#inFlight = [];
  }

  split(waiting: Waiting, parts: readonly RecordPart[]): boolean {
    let { seq } = waiting;
    const rows = parts.toReversed().map(({ record, slots }) => {
      const row = rowOf(seq, record);
      seq -= slots;
      return row;
    }).reverse();
    const replacement = { row: waiting, parts: rows };
    if (this.#batch.splitAdded(replacement)) {
      this.#recount(replacement);
      this.settle();
    } else {
      this.#batch.replacement = replacement;
      this.settle();
      if (this.#batch.replacement !== undefined) {
        this.#batch.replacement = undefined;
        return false;
      }
    }
    // Only rows of earlier versions have no free slots before them.
    this.#batch.goneTo = Math.min(this.#batch.goneTo, (rows[0]?.seq ?? 0) - 1);
    return true;
  }

  reject(waiting: Waiting, reason: string): void {
    this.#reject(rowOf(waiting.seq, waiting.record), reason);
  }

  release(): void {
    this.#inFlight = [];
  }

  settle(): void {
    if (this.#batch.isEmpty && this.#file.database !== undefined) return;
    this.#file.write((database) => this.#write(database));
  }

  topics(): string[] {
    return [...this.#read(topicAges).keys()];
  }

  oldestMs(topic: string): number | undefined {
    return this.#read(topicAges).get(topic);
  }

  position(topic: string, partition: number): Position | undefined {
    return this.#read(({ batch, database }) =>
      batch.position(topic, partition) ?? database?.position(topic, partition)
    );
  }

  find(topic: string, ids: ReadonlySet<string>): RecordRef[] {
    return this.#read((parts) => findRows(parts, topic, ids));
  }

  deduplicate(refs: readonly RecordRef[]): void {
    this.#remove(refs);
    this.settle();
  }

  state(): OutboxState {
    return {
      depth: this.depth,
      bytes: this.#bytes,
      oldestMs: this.#oldest(1)[0]?.timestamp_ms,
      full: this.#isFull,
      diskError: this.#file.error,
      inMemory: this.#batch.added.length,
      rejectedDropped: this.#deadLetters.dropped,
    };
  }

  [Symbol.dispose](): void {
    this.settle();
    this.#file[Symbol.dispose]();
  }

  #read<T>(look: (parts: QueueParts) => T): T {
    return this.#file.read((database) =>
      look({ database, batch: this.#batch })
    );
  }

  /** @returns `undefined` when the file fails; the reason is in the state. */
  #tryRead<T>(look: (parts: QueueParts) => T): T | undefined {
    try {
      return this.#read(look);
    } catch {
      return undefined;
    }
  }

  /** The oldest rows; none while older ones may be out of reach. */
  #oldest(limit: number): Row[] {
    if (this.#file.mayHideRows) return [];
    const rows = this.#tryRead((parts) => oldestRows(parts, limit));
    // The file may have been emptied by hand.
    if (rows?.length === 0) [this.depth, this.#bytes] = [0, 0];
    return rows ?? [];
  }

  /** Dead-letters a row whose headers cannot be parsed. */
  #parse(row: Row): Waiting | undefined {
    try {
      return waitingOf(row);
    } catch (error) {
      this.#reject(row, `its headers cannot be parsed: ${messageOf(error)}`);
      return undefined;
    }
  }

  #reject(row: Row, reason: string): void {
    this.#batch.rejected.push({ row, reason });
    this.deduplicate([row]);
  }

  #remove(refs: readonly RecordRef[]): void {
    this.#batch.remove(refs);
    this.#uncount(refs);
  }

  #uncount(refs: readonly RecordRef[]): void {
    this.depth -= refs.length;
    this.#bytes -= sizeOf(refs).bytes;
    if (refs.length > 0) this.#isFull = false;
  }

  #recount({ row, parts }: Replacement): void {
    this.depth += parts.length - 1;
    this.#bytes += sizeOf(parts).bytes - row.bytes;
  }

  /** Drops the oldest rows beyond a bound, but none in flight or the newest. */
  #drop(held: Limits, bound: Limits, after = beforeAll): number {
    const records = held.records - bound.records;
    const bytes = held.bytes - bound.bytes;
    if (records <= 0 && bytes <= 0) return 0;
    after = Math.max(after, this.#inFlight.at(-1)?.seq ?? beforeAll);
    const between = { after, before: this.#lastSeq };
    const dropped =
      this.#tryRead((parts) =>
        excessRows(parts, { records, bytes }, between)
      ) ?? [];
    this.#remove(dropped);
    this.#isFull = true;
    return dropped.length;
  }

  #write(database: OutboxDatabase): void {
    database.apply(this.#batch);
    const { goneTo, rejected, replacement } = this.#batch;
    this.#batch = new WriteBatch(goneTo);
    if (replacement !== undefined) this.#recount(replacement);
    this.#deadLetters.written(database, rejected);
    if (this.depth === 0) database.shrink();
  }

  /** Brings a database that was just opened up to date. */
  #adopt(database: OutboxDatabase): void {
    const totals = database.totals();
    // When opened again, it holds what this process itself has written.
    this.#hasInherited ??= totals.depth > 0;
    this.#batch.rebase(totals.lastSeq);
    this.#lastSeq = this.#batch.added.at(-1)?.seq ??
      Math.max(this.#lastSeq, totals.lastSeq);
    this.#count(totals);
    // A recovered file may lack what is in flight.
    const lacking = this.#inFlight.filter(({ seq }) => this.#batch.keeps(seq));
    if (this.#batch.isEmpty && lacking.length === 0) return;
    database.copy(lacking);
    this.#write(database);
    this.#count(database.totals());
  }

  #count(totals: Totals): void {
    const added = sizeOf(this.#batch.added);
    this.depth = totals.depth + added.records;
    this.#bytes = totals.bytes + added.bytes;
    this.#deadLetters.count(totals);
  }
}

/** Opens the outbox, in memory for as long as the disk cannot be written. */
export function createSqliteOutbox(
  limits: Limits,
  ports: OutboxPorts,
): Outbox & Disposable {
  return new SqliteOutbox(limits, ports);
}
