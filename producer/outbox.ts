/**
 * The queue between poll and publish. This one lives in memory: it rides out a
 * broker's absence, but not the process's end.
 *
 * @module
 */

import type { PriceRecord } from "./envelope.ts";
import type { OutboxState } from "./watch.ts";

/** What poll and publisher need of a queue. */
export interface Outbox {
  /**
   * Takes a record. When the queue is full the oldest record that is not in
   * flight has to go.
   *
   * @returns the record that went, if one did.
   */
  add(record: PriceRecord): PriceRecord | undefined;
  /** The oldest records, at most `most`; they are in flight from now on. */
  take(most: number): readonly PriceRecord[];
  /** Forgets the records in flight: they are acknowledged. */
  acknowledge(): void;
  /** How many records wait, those in flight included. */
  readonly depth: number;
}

/** A queue in memory, bounded by a number of records. */
export class MemoryOutbox implements Outbox {
  readonly #records: PriceRecord[] = [];
  readonly #capacity: number;
  #inFlight = 0;

  /**
   * An empty queue.
   *
   * @param capacity How many records may wait, at least 2.
   */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** See {@linkcode Outbox}. */
  get depth(): number {
    return this.#records.length;
  }

  /** What health shows of it. */
  get state(): OutboxState {
    const { length } = this.#records;
    return {
      depth: length,
      bytes: this.#records.reduce((sum, { value }) => sum + value.length, 0),
      oldestMs: this.#records[0]?.timestampMs,
      full: length >= this.#capacity,
      diskError: undefined,
      inMemory: length,
    };
  }

  /** See {@linkcode Outbox}. */
  add(record: PriceRecord): PriceRecord | undefined {
    this.#records.push(record);
    if (this.#records.length <= this.#capacity) return undefined;
    return this.#records.splice(this.#inFlight, 1)[0];
  }

  /** See {@linkcode Outbox}. */
  take(most: number): readonly PriceRecord[] {
    const records = this.#records.slice(0, most);
    this.#inFlight = records.length;
    return records;
  }

  /** See {@linkcode Outbox}. */
  acknowledge(): void {
    this.#records.splice(0, this.#inFlight);
    this.#inFlight = 0;
  }
}
