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

type Client = ReadableStreamDefaultController<Uint8Array>;

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
    const { maxClients, maxBuffered } = this.#options;
    if (this.#isClosed || this.size >= maxClients) return undefined;
    let client: Client | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        client = controller;
        this.#clients.add(controller);
        this.#sendTo(controller, new TextEncoder().encode(first));
        if (this.size === 1) this.#options.onFirst();
      },
      cancel: () => {
        if (client !== undefined) this.#remove(client);
      },
    }, new ByteLengthQueuingStrategy({ highWaterMark: maxBuffered }));
  }

  /** Sends to all; a listener that has too much waiting is dropped. */
  send(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (const client of [...this.#clients]) this.#sendTo(client, bytes);
  }

  #sendTo(client: Client, bytes: Uint8Array): void {
    if (bytes.length <= (client.desiredSize ?? 0)) {
      client.enqueue(bytes);
      return;
    }
    // It connects again and fetches what it missed. What waits is let go.
    client.error(new Error("the listener is too slow"));
    this.#remove(client);
  }

  #remove(client: Client): void {
    if (this.#clients.delete(client) && this.size === 0) this.#options.onNone();
  }

  /** Ends all streams, and refuses new ones. */
  close(): void {
    this.#isClosed = true;
    for (const client of [...this.#clients]) {
      client.close();
      this.#remove(client);
    }
  }
}
