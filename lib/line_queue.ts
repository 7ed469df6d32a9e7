// A bounded queue of lines for a stream that may block: a terminal held by
// Ctrl-S, a pipe that is not read. Writers never wait; lines that do not fit
// are dropped and counted.

import { delay } from "./clock.ts";

/** Options of {@linkcode createLineQueue}. */
export interface LineQueueOptions {
  /** Where the lines go. */
  readonly stream: Pick<typeof Deno.stdout, "write">;
  /** How many bytes may wait; a longer line waits alone. */
  readonly maxBytes: number;
  /** How long a flush may take, in milliseconds. */
  readonly flushTimeoutMs: () => number;
  /** The line that replaces dropped ones, without a newline. */
  readonly noteOf: (dropped: number) => string;
  /** Called for each line that is dropped. */
  readonly onDrop?: () => void;
}

/** Writes lines as the stream accepts them; disposing of it flushes. */
export interface LineQueue extends AsyncDisposable {
  /** Adds a line without its newline. It never waits and never throws. */
  write(line: string): void;
  /** Aborted once the reader has closed the pipe (`| head`). */
  readonly closed: AbortSignal;
  /** Waits until all is written, cannot be written, or the timeout is over. */
  flush(): Promise<void>;
}

const encoder = new TextEncoder();

/** The pause before the next write to a full non-blocking stream. */
const retryMs = 20;

/** Makes a queue. */
export function createLineQueue(options: LineQueueOptions): LineQueue {
  const { stream, maxBytes, flushTimeoutMs, noteOf, onDrop } = options;
  const closed = new AbortController();
  let waiting: string[] = [];
  let bytesWaiting = 0;
  let dropped = 0;
  let writing: Promise<void> | undefined;

  async function writeAll(text: string): Promise<void> {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) {
      try {
        bytes = bytes.subarray(await stream.write(bytes));
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        await delay(retryMs);
      }
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0 || dropped > 0) {
      // The newest lines are dropped, so the note belongs after the rest.
      const lines = waiting;
      const missing = dropped;
      if (missing > 0) lines.push(noteOf(missing));
      waiting = [];
      bytesWaiting = 0;
      dropped = 0;
      try {
        await writeAll(lines.join("\n") + "\n");
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) {
          closed.abort("the output was closed");
          waiting = [];
          return;
        }
        // A full disk, a closed terminal: the next line tries again.
        const lost = lines.length + missing - (missing > 0 ? 1 : 0);
        for (let n = missing; n < lost; n++) onDrop?.();
        dropped += lost;
        return;
      }
    }
  }

  async function flush(): Promise<void> {
    if (writing === undefined) return;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, flushTimeoutMs());
    await Promise.race([writing, over.promise]);
    clearTimeout(timer);
  }

  return {
    closed: closed.signal,
    write(line) {
      if (closed.signal.aborted) return;
      const bytes = encoder.encode(line).length + 1;
      if (bytesWaiting + bytes > maxBytes && waiting.length > 0) {
        dropped++;
        onDrop?.();
      } else {
        waiting.push(line);
        bytesWaiting += bytes;
      }
      writing ??= drain().finally(() => writing = undefined);
    },
    flush,
    [Symbol.asyncDispose]: flush,
  };
}
