/**
 * Rows that were read before they are wanted.
 *
 * @module
 */

import type { Row } from "./row.ts";
import type { Store } from "./database.ts";

/** Holds one reading. */
export class Ahead {
  #from = -1;
  #rows: readonly Row[] = [];

  /** Reads the rows after a place, at most `most`. */
  read(store: Store, from: number, most: number): void {
    this.#from = from;
    this.#rows = store.after(from, most);
  }

  /** Gives the rows after a place, if just these were read, and forgets them. */
  take(from: number): readonly Row[] {
    const rows = from === this.#from ? this.#rows : [];
    this.#from = -1;
    this.#rows = [];
    return rows;
  }
}
