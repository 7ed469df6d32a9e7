/**
 * The only way in which tasks speak: results go to stdout, progress and advice
 * go to stderr, so that `--json` stays clean in a pipe.
 *
 * @module
 */

const encoder = new TextEncoder();

function write(
  stream: { writeSync(bytes: Uint8Array): number },
  text: string,
): void {
  let bytes = encoder.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    // The reader of the pipe has left (`| head`): nobody is there to be told.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Prints a line of the command's result to stdout. */
export function result(line: string): void {
  write(Deno.stdout, line + "\n");
}

/** Prints a line of progress or advice to stderr. */
export function progress(line: string): void {
  write(Deno.stderr, line + "\n");
}
