import { OutboxDatabase } from "../../producer/outbox/database.ts";
import type { Limits } from "../../producer/outbox/outbox.ts";
import { createSqliteOutbox } from "../../producer/outbox/sqlite_outbox.ts";
import type { Row } from "../../producer/outbox/row.ts";
import {
  beforeAll,
  type WriteBatch,
} from "../../producer/outbox/write_batch.ts";

/** A disk that cannot be written while it has an error. */
export interface FakeDisk {
  error: string | undefined;
  /** Whether reading rows fails with that error, too. */
  isUnreadable?: boolean;
}

class FakeDatabase extends OutboxDatabase {
  readonly #disk: FakeDisk;

  constructor(disk: FakeDisk) {
    super(":memory:");
    this.#disk = disk;
  }

  override apply(batch: WriteBatch): void {
    if (this.#disk.error !== undefined) throw new Error(this.#disk.error);
    super.apply(batch);
  }

  override rows(after: number, limit?: number): Iterable<Row> {
    if (this.#disk.isUnreadable) throw new Error(this.#disk.error);
    return super.rows(after, limit);
  }
}

/** Opens an outbox; `saved` is what can be read of a damaged file. */
export function fakeOutbox(
  limits: Limits = { records: 1000, bytes: 10_000_000 },
  disk: FakeDisk = { error: undefined },
  saved: readonly Row[] = [],
) {
  const diskStates: (string | undefined)[] = [];
  const rejectedDropped: number[] = [];
  let database: OutboxDatabase | undefined;
  let isMovedAside = false;
  const outbox = createSqliteOutbox(limits, {
    open: () => {
      if (disk.error !== undefined) throw new Error(disk.error);
      database = new FakeDatabase(disk);
      if (isMovedAside) database.copy(saved);
      isMovedAside = false;
      return database;
    },
    holdsNothing: () => !isMovedAside,
    moveAside: () => {
      disk.error = undefined;
      isMovedAside = true;
    },
    isInPlace: () => true,
    onDiskState: (error) => diskStates.push(error),
    onRejectedDropped: (records) => rejectedDropped.push(records),
  });
  const onDisk = () => [...database?.rows(beforeAll) ?? []];
  return { outbox, disk, diskStates, rejectedDropped, onDisk };
}
