// An outbox that cannot be read is the disk's failure. It surfaces in the
// middle of work with Kafka, and must not be taken for Kafka's.

import { messageOf } from "../lib/errors.ts";

/** The outbox cannot be read, or not completely. */
export class OutboxReadError extends Error {
  /** Its class's name. */
  override readonly name = "OutboxReadError";
}

/**
 * Reads from the outbox.
 *
 * @throws {OutboxReadError} whatever the outbox throws.
 */
export function readOutbox<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new OutboxReadError(messageOf(error), { cause: error });
  }
}
