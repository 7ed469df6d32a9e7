import { assertEquals } from "@std/assert";
import { systemClock } from "../../lib/clock.ts";
import { createHttpGet } from "../../producer/sources/request.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

/** A server that closes each connection at a request, or answers it. */
function startFlaky() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const state = { answers: true, requests: 0 };
  const reply = new TextEncoder().encode(
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
  );
  const open = new Set<Deno.Conn>();
  async function serve(conn: Deno.Conn): Promise<void> {
    open.add(conn);
    const buffer = new Uint8Array(4096);
    try {
      while (await conn.read(buffer) !== null) {
        state.requests++;
        if (!state.answers) break;
        await conn.write(reply);
      }
    } finally {
      if (open.delete(conn)) conn.close();
    }
  }
  const serving = (async () => {
    const all: Promise<void>[] = [];
    for await (const conn of listener) all.push(serve(conn).catch(() => {}));
    await Promise.all(all);
  })();
  return {
    state,
    url: `http://127.0.0.1:${listener.addr.port}/`,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of open) conn.close();
      open.clear();
      await serving;
    },
  };
}

Deno.test("no request is sent more than twice, no matter who retries", async () => {
  const client = Deno.createHttpClient({});
  try {
    await using server = startFlaky();
    const get = createHttpGet({
      timeoutMs: 30_000,
      retryWithinMs: 20_000,
      maxBodyBytes: 1000,
      fetch: (url, init) => fetch(url, { ...init, client }),
      clock: systemClock,
    });
    const ask = async (answers: boolean) => {
      Object.assign(server.state, { answers, requests: 0 });
      const { signal } = new AbortController();
      const answer = await get(server.url, new Headers(), signal);
      return [answer.ok, server.state.requests, answer.retries];
    };
    assertEquals(await ask(false), [false, 2, 1], "a first connection");
    assertEquals(await ask(true), [true, 1, 0]);
    // Here fetch() itself retries, so the function under test does not.
    assertEquals(await ask(false), [false, 2, 0], "a kept connection");
    assertEquals(await ask(false), [false, 2, 1], "no kept connection is left");
    assertEquals(await ask(true), [true, 1, 0]);
  } finally {
    client.close();
  }
});

Deno.test("a request that finds no server is retried once", async () => {
  const port = freePort();
  const found: Deno.Listener[] = [];
  const get = createHttpGet({
    timeoutMs: 30_000,
    retryWithinMs: 20_000,
    maxBodyBytes: 1000,
    fetch,
    clock: {
      ...systemClock,
      sleep: (ms, signal) => {
        found.push(Deno.listen({ hostname: "127.0.0.1", port }));
        return systemClock.sleep(ms, signal);
      },
    },
  });
  const { signal } = new AbortController();
  const asking = get(`http://127.0.0.1:${port}/`, new Headers(), signal);
  await until("a listener", () => found[0] && true);
  const conn = await found[0]!.accept();
  await conn.read(new Uint8Array(4096));
  const text =
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
  await conn.write(new TextEncoder().encode(text));
  const answer = await asking;
  assertEquals([answer.ok, answer.retries], [true, 1]);
  conn.close();
  found[0]!.close();
});
