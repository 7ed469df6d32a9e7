// Writes whole lines to a standard stream.

const encoder = new TextEncoder();

/** Writes a line. A pipe that the reader has closed (`| head`) is ignored. */
export function writeLine(
  stream: Pick<typeof Deno.stdout, "writeSync">,
  line: string,
): void {
  let bytes = encoder.encode(line + "\n");
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
