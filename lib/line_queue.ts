/**
 * Lines on their way to a stream that may not take them: a terminal held by
 * Ctrl-S, a pipe that nobody reads. Whoever writes never waits.
 *
 * @module
 */

/** What is needed of a stream. */
export interface AsyncWriter {
  /** Writes some of the bytes and tells how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** The queue's settings. */
export interface LineQueueOptions {
  /** Where the lines go. */
  readonly stream: AsyncWriter;
  /** How many characters may wait; a longer line waits alone. */
  readonly limit: number;
  /** How long the last lines may take when it ends, in milliseconds from then. */
  readonly lastMs: () => number;
  /** The line that tells of dropped ones, without its end. */
  readonly noteOf: (dropped: number) => string;
  /** Called for each line that is dropped. */
  readonly onDrop?: () => void;
}

/** Takes lines and writes them when it can; disposing of it is a flush. */
export interface LineQueue extends AsyncDisposable {
  /** Takes a line, given without its end. It never waits and never throws. */
  write(line: string): void;
  /** Aborted once the reader has left for good (`| head`). */
  readonly closed: AbortSignal;
  /** Waits until all is written, or can never be, or `lastMs` are over. */
  flush(): Promise<void>;
}

const encoder = new TextEncoder();

/** Where another process made the stream non-blocking: how long to wait. */
const fullMs = 20;

function pause(ms: number) {
  return new Promise<void>((resolve) => setTimeout(resolve, ms));
}

/** Makes a queue. */
export function createLineQueue(options: LineQueueOptions): LineQueue {
  const { stream, limit, lastMs, noteOf, onDrop } = options;
  const closed = new AbortController();
  let waiting: string[] = [];
  let length = 0;
  let dropped = 0;
  let writing: Promise<void> | undefined;

  async function writeAll(text: string): Promise<void> {
    let bytes = encoder.encode(text);
    while (bytes.length > 0) {
      try {
        bytes = bytes.subarray(await stream.write(bytes));
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        await pause(fullMs);
      }
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0 || dropped > 0) {
      // Past the bound the newest go, so the note stands where they would.
      const lines = waiting;
      const missing = dropped;
      if (missing > 0) lines.push(noteOf(missing));
      waiting = [];
      length = 0;
      dropped = 0;
      try {
        await writeAll(lines.join("\n") + "\n");
      } catch (error) {
        if (error instanceof Deno.errors.BrokenPipe) {
          closed.abort("nobody reads the output");
          waiting = [];
          return;
        }
        // A full disk, a terminal that is gone: tried again with a later line.
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
    const timer = setTimeout(over.resolve, lastMs());
    await Promise.race([writing, over.promise]);
    clearTimeout(timer);
  }

  return {
    closed: closed.signal,
    write(line) {
      if (closed.signal.aborted) return;
      if (length + line.length > limit && waiting.length > 0) {
        dropped++;
        onDrop?.();
      } else {
        waiting.push(line);
        length += line.length;
      }
      writing ??= drain().finally(() => writing = undefined);
    },
    flush,
    [Symbol.asyncDispose]: flush,
  };
}
