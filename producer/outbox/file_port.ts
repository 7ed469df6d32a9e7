/**
 * The disk, as the outbox needs it.
 *
 * @module
 */

import type { Store } from "./database.ts";

/** The disk. */
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
