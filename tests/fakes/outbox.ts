import {
  DurableOutbox,
  type OutboxLimits,
} from "../../producer/outbox/sqlite_outbox.ts";
import type { Row } from "../../producer/outbox/row.ts";
import { type Changes, Store } from "../../producer/outbox/database.ts";

/** An outbox on a database in memory, whose disk can be made to refuse. */
export interface FakeOutbox {
  readonly outbox: DurableOutbox;
  /** Why the disk refuses, `undefined` while it does not. */
  disk: { error: string | undefined };
  /** What was said of the disk. */
  readonly said: (string | undefined)[];
  /** What is on disk now. */
  onDisk(): Row[];
}

class FakeStore extends Store {
  readonly #disk: { error: string | undefined };

  constructor(disk: { error: string | undefined }) {
    super(":memory:");
    this.#disk = disk;
  }

  override apply(changes: Changes): void {
    if (this.#disk.error !== undefined) throw new Error(this.#disk.error);
    super.apply(changes);
  }
}

/** Makes an outbox; `saved` is what a damaged file would give. */
export function fakeOutbox(
  limits: OutboxLimits = { records: 1000, bytes: 10_000_000 },
  disk: { error: string | undefined } = { error: undefined },
  saved: readonly Row[] = [],
): FakeOutbox {
  const said: (string | undefined)[] = [];
  let store: FakeStore | undefined;
  let isMovedAside = false;
  const outbox = new DurableOutbox(limits, {
    open: () => {
      if (disk.error !== undefined) throw new Error(disk.error);
      store = new FakeStore(disk);
      if (isMovedAside) store.copy(saved);
      isMovedAside = false;
      return store;
    },
    holdsNothing: () => !isMovedAside,
    moveAside: () => {
      disk.error = undefined;
      isMovedAside = true;
    },
    isInPlace: () => true,
    onDisk: (error) => said.push(error),
  });
  return { outbox, disk, said, onDisk: () => store?.after(0, 1e6) ?? [] };
}
