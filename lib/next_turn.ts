// Long work in parts, so that what waits for the thread gets its turn.

import { setImmediate } from "node:timers";

/** Lets all that is ready run first; a timer would wait a millisecond. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
