// A proxy between a producer and its broker that drops responses and delays
// requests, as a network does, but controlled by a script.

import {
  type BatchIdentity,
  batchIdentity,
  deny,
  frames,
  produceKey,
  type ProduceResponse,
  produceResponse,
  requestHead,
  responseId,
} from "./frames.ts";

/** What happens to a Produce request. */
export type Treatment =
  /** It and its response are passed on. */
  | { readonly kind: "pass" }
  /** It is delivered, its response is dropped. The connection stays open. */
  | { readonly kind: "swallow" }
  /** It is delivered, and the connection is closed instead of a response. */
  | { readonly kind: "cut" }
  /** It is delivered, and the response carries this error code instead. */
  | { readonly kind: "deny"; readonly errorCode: number }
  /**
   * It is delivered later, even if the client has disconnected. With `cut` the
   * client's connection is closed at once. The broker's stays open: the request
   * then arrives in addition to what the client has resent.
   */
  | {
    readonly kind: "hold";
    readonly until: Promise<void>;
    readonly cut?: boolean;
  };

export interface SeenProduce extends BatchIdentity {
  /** 1 for the first. */
  readonly number: number;
  readonly treatment: Treatment["kind"];
  /** The broker's response, once received. */
  response?: ProduceResponse;
}

export interface Proxy extends AsyncDisposable {
  /** The Produce requests, oldest first. */
  readonly produced: readonly SeenProduce[];
  /** The number of open connections, including those to the broker. */
  open(): number;
  /** The number of connections that it has accepted. */
  accepted(): number;
  /** The number of clients that may have sent what was not read yet. */
  reading(): number;
  /** Sets the function that decides from now on. */
  script(treat: (request: SeenProduce) => Treatment): void;
}

type Entry = { seen: SeenProduce; treatment: Treatment };

const pass: Treatment = { kind: "pass" };

/**
 * Starts a proxy.
 *
 * @param port Where it listens; the broker must advertise it.
 * @param upstream The broker's port.
 */
export function startProxy(port: number, upstream: number): Proxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const produced: SeenProduce[] = [];
  const open = new Set<Deno.Conn>();
  const clients = new Set<Deno.Conn>();
  const closing = Promise.withResolvers<"closing">();
  const work = new Set<Promise<void>>();
  let accepted = 0;
  let treat: (request: SeenProduce) => Treatment = () => pass;

  function close(connection: Deno.Conn): void {
    if (!open.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // Closed by its stream already.
    }
  }

  async function write(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await to.write(bytes.subarray(at));
    }
  }

  function enter(frame: Uint8Array): Entry {
    const name = batchIdentity(frame);
    const number = produced.length + 1;
    const treatment = treat({ ...name, number, treatment: "pass" });
    const seen = { ...name, number, treatment: treatment.kind };
    produced.push(seen);
    return { seen, treatment };
  }

  async function serve(client: Deno.Conn): Promise<void> {
    open.add(client);
    clients.add(client);
    const broker = await Deno.connect({ hostname: "127.0.0.1", port: upstream })
      .catch(() => undefined);
    if (broker === undefined) {
      clients.delete(client);
      return close(client);
    }
    open.add(broker);
    const entries = new Map<number, Entry>();
    const owed = new Set<number>();
    let clientLeft = false;

    async function requests(): Promise<void> {
      try {
        for await (const frame of frames(client.readable)) {
          const { apiKey, correlationId } = requestHead(frame);
          if (apiKey === produceKey) {
            const entry = enter(frame);
            entries.set(correlationId, entry);
            const { treatment } = entry;
            if (treatment.kind === "hold") {
              if (treatment.cut) close(client);
              // One request at a time: nothing follows this one.
              clients.delete(client);
              const freed = [treatment.until, closing.promise];
              if (await Promise.race(freed) === "closing") break;
              clients.add(client);
            }
          }
          owed.add(correlationId);
          await write(broker!, frame);
        }
      } catch {
        // Either side has disconnected.
      }
      clients.delete(client);
      clientLeft = true;
      if (owed.size === 0) close(broker!);
    }

    async function responses(): Promise<void> {
      try {
        for await (const frame of frames(broker!.readable)) {
          const id = responseId(frame);
          owed.delete(id);
          const entry = entries.get(id);
          if (entry !== undefined) entry.seen.response = produceResponse(frame);
          const kind = entry?.treatment.kind;
          if (entry?.treatment.kind === "deny") {
            deny(frame, entry.treatment.errorCode);
          }
          if (kind === "cut") close(client);
          const passes = kind !== "cut" && kind !== "swallow";
          // The broker is still read when the client has disconnected.
          if (passes) await write(client, frame).catch(() => {});
          if (clientLeft && owed.size === 0) break;
        }
      } catch {
        // The broker has disconnected.
      }
      close(client);
      close(broker!);
    }

    await Promise.all([requests(), responses()]);
  }

  async function accept(): Promise<void> {
    for await (const client of listener) {
      accepted++;
      const served = serve(client);
      work.add(served);
      served.finally(() => work.delete(served));
    }
  }

  const accepting = accept();
  return {
    produced,
    open: () => open.size,
    accepted: () => accepted,
    reading: () => clients.size,
    script(decide) {
      treat = decide;
    },
    async [Symbol.asyncDispose]() {
      closing.resolve("closing");
      listener.close();
      for (const connection of [...open]) close(connection);
      await accepting;
      await Promise.all(work);
    },
  };
}
