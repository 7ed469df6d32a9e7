// Reads the end of a log file.

import { delay } from "../../../lib/clock.ts";

const tailBytes = 256 * 1024;
const pollMs = 200;

export function lastLines(text: string, count: number): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines.slice(-count);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

async function readRange(
  path: string,
  from: number,
  to: number,
): Promise<Uint8Array> {
  using file = await Deno.open(path);
  await file.seek(from, Deno.SeekMode.Start);
  const bytes = new Uint8Array(to - from);
  let filled = 0;
  while (filled < bytes.length) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

export interface Tail {
  /** Its last lines; none when the file does not exist. */
  readonly lines: readonly string[];
  /** Their end, in bytes from the start of the file. */
  readonly position: number;
}

/** Reads the last lines of a file, within its last 256 KiB. */
export async function readTail(path: string, count: number): Promise<Tail> {
  const size = await sizeOf(path);
  if (size === 0) return { lines: [], position: 0 };
  const bytes = await readRange(path, Math.max(0, size - tailBytes), size);
  const lines = lastLines(new TextDecoder().decode(bytes), count);
  return { lines, position: size };
}

export async function follow(
  path: string,
  from: {
    readonly position: number;
    readonly onLine: (line: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { onLine, signal } = from;
  let { position } = from;
  let decoder = new TextDecoder();
  let unfinished = "";
  while (!signal.aborted) {
    const size = await sizeOf(path);
    if (size < position) {
      // The log was rotated: new lines start at the top of the file.
      position = 0;
      decoder = new TextDecoder();
      unfinished = "";
    }
    if (size > position) {
      const bytes = await readRange(path, position, size);
      position += bytes.length;
      const text = unfinished + decoder.decode(bytes, { stream: true });
      const lines = text.split(/\r?\n/);
      unfinished = lines.pop() ?? "";
      lines.forEach(onLine);
    }
    await delay(pollMs);
  }
}
