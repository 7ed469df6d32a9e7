// The browsers that listen: server-sent events, with a bound for each.

/** An event as text. Its data is one line: JSON has no line ends. */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A comment: keeps the connection, and shows one that is gone. */
export const ping = ": ping\n\n";

/** What a hub is made of. */
export interface HubOptions {
  /** Listeners at most. @default 64 */
  readonly maxClients?: number;
  /** Bytes that may wait for a slow listener. @default 256 KiB */
  readonly maxBuffered?: number;
  /** Called when the first listener comes. */
  readonly onFirst: () => void;
  /** Called when the last one has gone. */
  readonly onNone: () => void;
}

/**
 * What waits for one listener. The queue is its own, and not the stream's: one
 * that is let go leaves nothing behind, and no error is printed.
 */
class Client {
  readonly #queue: Uint8Array[] = [];
  #waiting = 0;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #wake = Promise.withResolvers<void>();
  readonly stream: ReadableStream<Uint8Array>;

  constructor(onGone: () => void) {
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: async () => {
        while (this.#queue.length === 0 && this.#controller !== undefined) {
          this.#wake = Promise.withResolvers();
          await this.#wake.promise;
        }
        const bytes = this.#queue.shift();
        if (bytes === undefined) return;
        this.#waiting -= bytes.length;
        this.#controller?.enqueue(bytes);
      },
      cancel: () => {
        this.#forget();
        onGone();
      },
    }, { highWaterMark: 0 });
  }

  /** Whether there was room for it. */
  push(bytes: Uint8Array, maxBuffered: number): boolean {
    if (this.#waiting + bytes.length > maxBuffered) return false;
    this.#queue.push(bytes);
    this.#waiting += bytes.length;
    this.#wake.resolve();
    return true;
  }

  #forget(): void {
    this.#controller = undefined;
    this.#queue.length = 0;
    this.#wake.resolve();
  }

  /** Ends the stream; what waits is let go. */
  end(): void {
    const controller = this.#controller;
    this.#forget();
    controller?.close();
  }
}

/** The listeners. */
export class EventHub {
  readonly #options: Required<HubOptions>;
  readonly #clients = new Set<Client>();
  #isClosed = false;

  /**
   * Without listeners.
   *
   * @param options Its bounds, and whom it tells.
   */
  constructor(options: HubOptions) {
    this.#options = { maxClients: 64, maxBuffered: 256 * 1024, ...options };
  }

  /** Listeners now. */
  get size(): number {
    return this.#clients.size;
  }

  /**
   * A stream for a new listener; `undefined` when there are too many.
   *
   * @param first What it gets first.
   */
  open(first: string): ReadableStream<Uint8Array> | undefined {
    if (this.#isClosed || this.size >= this.#options.maxClients) {
      return undefined;
    }
    const client = new Client(() => this.#remove(client));
    this.#clients.add(client);
    client.push(new TextEncoder().encode(first), Number.POSITIVE_INFINITY);
    if (this.size === 1) this.#options.onFirst();
    return client.stream;
  }

  /** Sends to all; a listener for which too much waits is dropped. */
  send(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (const client of [...this.#clients]) {
      if (client.push(bytes, this.#options.maxBuffered)) continue;
      // It connects again and fetches what it missed.
      client.end();
      this.#remove(client);
    }
  }

  #remove(client: Client): void {
    if (this.#clients.delete(client) && this.size === 0) this.#options.onNone();
  }

  /** Ends all streams, and refuses new ones. */
  close(): void {
    this.#isClosed = true;
    for (const client of [...this.#clients]) {
      client.end();
      this.#remove(client);
    }
  }
}
