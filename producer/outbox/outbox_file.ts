// The outbox's database as a file that can fail: it is opened once the disk
// allows it, reopened when it was read-only, replaced when it is damaged or was
// deleted.

import { messageOf } from "../../lib/errors.ts";
import type { OutboxDatabase } from "./database.ts";
import { isDamage, isReadOnly } from "./schema.ts";
import { beforeAll } from "./write_batch.ts";

/** What {@linkcode OutboxFile} needs of the file system. */
export interface FilePorts {
  /**
   * Opens the database, or creates it.
   *
   * @throws when the disk does not allow it.
   */
  readonly open: () => OutboxDatabase;
  /** Whether the file surely holds no record; called while it is closed. */
  readonly holdsNothing: () => boolean;
  /**
   * Moves a damaged database aside; the next `open` recovers its rows.
   *
   * @throws when it cannot be moved.
   */
  readonly moveAside: (error: unknown) => void;
  /** Whether the open file is still the one at its path. */
  readonly isInPlace: () => boolean;
  /** Called when the disk fails, and with `undefined` when it works again. */
  readonly onDiskState: (error: string | undefined) => void;
}

/** The file. Trouble with the disk ends up in {@linkcode error}. */
export class OutboxFile implements Disposable {
  readonly #ports: FilePorts;
  readonly #adopt: (database: OutboxDatabase) => void;
  #database: OutboxDatabase | undefined;
  #error: string | undefined;
  #isDisposed = false;

  /**
   * Does not open it yet.
   *
   * @param ports The file system.
   * @param adopt Called with each database that was opened: brings it up to
   * date with what is in memory.
   */
  constructor(ports: FilePorts, adopt: (database: OutboxDatabase) => void) {
    this.#ports = ports;
    this.#adopt = adopt;
  }

  /** The database, `undefined` while the file is closed. */
  get database(): OutboxDatabase | undefined {
    return this.#database;
  }

  /** Why the disk cannot be written; `undefined` while it can. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Whether there may be rows that cannot be read now. */
  get mayHideRows(): boolean {
    return this.#database === undefined && !this.#ports.holdsNothing();
  }

  /** Writes; a file that is opened for it is brought up to date instead. */
  write(work: (database: OutboxDatabase) => void): void {
    if (this.#isDisposed) return;
    try {
      if (this.#database === undefined) {
        this.#open();
      } else if (this.#ports.isInPlace()) {
        work(this.#database);
      } else {
        this.#open(this.#database);
      }
      this.#report(undefined);
    } catch (error) {
      this.#repair(error);
    }
  }

  /**
   * Reads, once more from the new file if the old one proves damaged.
   *
   * @throws when the file cannot be read.
   */
  read<T>(look: (database: OutboxDatabase | undefined) => T): T {
    try {
      return look(this.#database);
    } catch (error) {
      if (!this.#repair(error)) throw new Error(this.#error, { cause: error });
    }
    return look(this.#database);
  }

  /** Closes the file for good. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#close();
  }

  #close(): void {
    this.#database?.[Symbol.dispose]();
    this.#database = undefined;
  }

  /** @param deleted The open database, if its file was deleted. */
  #open(deleted?: OutboxDatabase): void {
    const database = this.#ports.open();
    try {
      if (deleted !== undefined) database.copy(deleted.rows(beforeAll));
    } catch (error) {
      database[Symbol.dispose]();
      throw error;
    }
    this.#close();
    this.#database = database;
    this.#adopt(database);
  }

  /** @returns whether the file can be used again. */
  #repair(error: unknown): boolean {
    try {
      if (isReadOnly(error)) {
        // SQLite does not notice when a file becomes writable again.
        this.#close();
      } else if (isDamage(error)) {
        this.#close();
        this.#ports.moveAside(error);
      } else {
        throw error;
      }
      this.#open();
      this.#report(undefined);
      return true;
    } catch (reason) {
      this.#report(messageOf(reason));
      return false;
    }
  }

  #report(error: string | undefined): void {
    if (error !== this.#error) this.#ports.onDiskState(error);
    this.#error = error;
  }
}
