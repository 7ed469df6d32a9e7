/**
 * Says in words why a broker did not start.
 *
 * @module
 */

/** A cause that was recognised. */
export interface Diagnosis {
  /** What is wrong. */
  readonly cause: string;
  /** What to do about it. */
  readonly next: string;
}

const table: readonly (Diagnosis & { readonly pattern: RegExp })[] = [
  {
    pattern: /Address already in use|Socket server failed to bind/,
    cause: "a port that it needs was taken by another program meanwhile",
    next: "try again",
  },
  {
    pattern: /Failed to acquire lock on file|another process or thread/,
    cause: "another broker uses the same data folder",
    next: "end that process, then try again",
  },
  {
    pattern: /No space left on device|not enough space on the disk/i,
    cause: "the disk is full",
    next: "make room, then try again",
  },
  {
    pattern:
      /Could not reserve enough space|Cannot allocate memory|insufficient memory/,
    cause: "there is not enough memory: it needs about 300 MB",
    next: "end other programs, then try again",
  },
  {
    pattern:
      /InconsistentClusterId|InconsistentBrokerMetadata|meta\.properties/,
    cause: "its data folder does not belong to this broker",
    next: "deno task destroy removes the data; then setup again",
  },
  {
    pattern: /CorruptRecord|KafkaStorageException|Corrupt index|CRC/,
    cause: "its data are damaged",
    next: "deno task destroy removes the data; then setup again",
  },
  {
    pattern: /Permission denied|AccessDeniedException/,
    cause: "a file or folder of it belongs to another user",
    next: "make the state folder yours, then try again",
  },
  {
    pattern:
      /ClassNotFoundException|NoClassDefFoundError|Could not find or load main class|ZipException/,
    cause: "its jars are damaged",
    next: "remove the jars' folder in the user's cache, then setup again",
  },
];

/** The first known cause that a log shows, or `undefined`. */
export function diagnose(log: string): Diagnosis | undefined {
  const found = table.find(({ pattern }) => pattern.test(log));
  return found && { cause: found.cause, next: found.next };
}
