/**
 * Writes whole lines to a standard stream.
 *
 * @module
 */

const encoder = new TextEncoder();

/** What is needed of a stream. */
export interface SyncWriter {
  /** Writes some of the bytes and tells how many. */
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes a line and its end. A reader that has left the pipe (`| head`) is no
 * error: nobody is there to be told.
 */
export function writeLine(stream: SyncWriter, line: string): void {
  let bytes = encoder.encode(line + "\n");
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
