/**
 * A proxy between a producer and its broker that loses answers and delays
 * requests, as a network does, but when a script says so.
 *
 * @module
 */

import {
  answeredId,
  type BatchName,
  batchName,
  deny,
  frames,
  type ProduceAnswer,
  produceAnswer,
  produceKey,
  requestHead,
} from "./frames.ts";

/** What becomes of a Produce request. */
export type Treatment =
  /** It and its answer go through. */
  | { readonly kind: "pass" }
  /** It is delivered, and its answer never comes. The connection stays. */
  | { readonly kind: "swallow" }
  /** It is delivered, and the connection ends in the place of its answer. */
  | { readonly kind: "cut" }
  /** It is delivered, and the answer carries this error of Kafka's instead. */
  | { readonly kind: "deny"; readonly errorCode: number }
  /**
   * It is delivered later, also when the client has gone. With `cut` the
   * client's connection ends at once. The broker's stays: what comes in then
   * comes beside what the client has sent anew.
   */
  | {
    readonly kind: "hold";
    readonly until: Promise<void>;
    readonly cut?: boolean;
  };

/** A Produce request that came. */
export interface SeenProduce extends BatchName {
  /** 1 for the first. */
  readonly number: number;
  /** What became of it. */
  readonly treatment: Treatment["kind"];
  /** The broker's answer, once it came. */
  answer?: ProduceAnswer;
}

/** A running proxy. */
export interface Proxy extends AsyncDisposable {
  /** The Produce requests, oldest first. */
  readonly produced: readonly SeenProduce[];
  /** How many connections are open, those to the broker among them. */
  open(): number;
  /** How many clients may still have sent what was not read yet. */
  reading(): number;
  /** Decides from now on. */
  script(treat: (request: SeenProduce) => Treatment): void;
}

type Entry = { seen: SeenProduce; treatment: Treatment };

const pass: Treatment = { kind: "pass" };

/**
 * Starts a proxy.
 *
 * @param port Where it listens; the broker has to advertise it.
 * @param upstream The broker's port.
 */
export function startProxy(port: number, upstream: number): Proxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const produced: SeenProduce[] = [];
  const open = new Set<Deno.Conn>();
  const clients = new Set<Deno.Conn>();
  const closing = Promise.withResolvers<"closing">();
  const work = new Set<Promise<void>>();
  let treat: (request: SeenProduce) => Treatment = () => pass;

  function close(connection: Deno.Conn): void {
    if (!open.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // Its stream has closed it.
    }
  }

  async function write(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await to.write(bytes.subarray(at));
    }
  }

  function enter(frame: Uint8Array): Entry {
    const name = batchName(frame);
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
              // One request at a time: there is nothing behind this one.
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
        // Either end has gone.
      }
      clients.delete(client);
      clientLeft = true;
      if (owed.size === 0) close(broker!);
    }

    async function answers(): Promise<void> {
      try {
        for await (const frame of frames(broker!.readable)) {
          const id = answeredId(frame);
          owed.delete(id);
          const entry = entries.get(id);
          if (entry !== undefined) entry.seen.answer = produceAnswer(frame);
          const kind = entry?.treatment.kind;
          if (entry?.treatment.kind === "deny") {
            deny(frame, entry.treatment.errorCode);
          }
          if (kind === "cut") close(client);
          const passes = kind !== "cut" && kind !== "swallow";
          // A client that has gone is no reason to leave the broker.
          if (passes) await write(client, frame).catch(() => {});
          if (clientLeft && owed.size === 0) break;
        }
      } catch {
        // The broker has gone.
      }
      close(client);
      close(broker!);
    }

    await Promise.all([requests(), answers()]);
  }

  async function accept(): Promise<void> {
    for await (const client of listener) {
      const served = serve(client);
      work.add(served);
      served.finally(() => work.delete(served));
    }
  }

  const accepting = accept();
  return {
    produced,
    open: () => open.size,
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
