import { assert, assertEquals } from "@std/assert";
import { createKafkaClient } from "../../kafka/client.ts";
import { delay } from "../../lib/clock.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

type Serve = (conn: Deno.Conn) => Promise<void>;

/** Closes each connection, as a port forwarder whose container is down. */
const close: Serve = (conn) => {
  conn.close();
  return Promise.resolve();
};

/** Reads and never responds, as a broker that hangs. */
const hang: Serve = async (conn) => {
  const buffer = new Uint8Array(4096);
  while (await conn.read(buffer).catch(() => null) !== null);
  conn.close();
};

/** Responds to any request with a correlation id. */
const respond: Serve = async (conn) => {
  await conn.read(new Uint8Array(4096));
  await conn.write(Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0));
  await hang(conn);
};

function listen(port: number, serve: Serve) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const served: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const conn of listener) served.push(serve(conn));
  })();
  return {
    accepted: () => served.length,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Promise.all(served);
    },
  };
}

function client(port: number) {
  const dials: number[] = [];
  const made = createKafkaClient({
    brokers: [{ host: "127.0.0.1", port }],
    clientId: "test",
    paced: true,
    debug(message) {
      if (message.startsWith("connecting to ")) dials.push(performance.now());
    },
  });
  const sender = made.sender();
  /** Fails, and leaves no connection. */
  async function fail(): Promise<string> {
    const error = await sender.connect().then(
      () => undefined,
      (error) => error,
    );
    await sender.disconnect();
    assert(error instanceof Error, "the connection fails");
    return error.message;
  }
  return { ...made, dials, fail };
}

const never = new AbortController().signal;

Deno.test("a paced client says of a dead port what kafkajs says, and dials it once a second", async () => {
  const { dials, fail, rest } = client(freePort());
  const first = await fail();
  assertEquals([await fail(), dials.length], [first, 1]);
  const beganMs = performance.now();
  assertEquals(await rest(4_000, never), false);
  const seconds = (performance.now() - beganMs) / 1_000;
  assert(dials.length <= seconds + 1, `${dials.length} dials in ${seconds} s`);
  await fail();
  assert(dials.length <= seconds + 2, "the next attempt is a real one");
});

Deno.test("a paced client notices a broker that answers, not a port that is open", async () => {
  const port = freePort();
  const { dials, fail, rest } = client(port);
  await fail();
  const state = { answered: false };
  const resting = rest(120_000, never).finally(() => state.answered = true);
  {
    await using forwarder = listen(port, close);
    await until("three looks", () => forwarder.accepted() >= 3);
    assertEquals(forwarder.accepted(), dials.length - 1);
  }
  {
    await using hung = listen(port, hang);
    await until("a look", () => hung.accepted() === 1);
    await delay(100);
    assertEquals(state.answered, false);
    // It ends when the look has left.
  }
  await using _broker = listen(port, respond);
  assertEquals(await resting, true);
});

Deno.test("a stop ends a look at a broker that hangs", async () => {
  const port = freePort();
  await using hung = listen(port, hang);
  const { fail, rest } = client(port);
  await fail();
  const before = hung.accepted();
  const stop = new AbortController();
  const resting = rest(120_000, stop.signal);
  await until("a look", () => hung.accepted() > before);
  stop.abort();
  assertEquals(await resting, false);
});
