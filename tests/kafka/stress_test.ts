import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../producer/clock.ts";
import { formatAddress } from "../../producer/fields.ts";
import { createExchange } from "../../producer/sources/exchange.ts";
import { startSimulator } from "../../tasks/simulator/server.ts";
import { freePort } from "../../tasks/stack/native/port.ts";
import { startBroker, testDir } from "./broker.ts";
import { projectDir, startProducer, type Status } from "./producer.ts";
import { until } from "./until.ts";

const decoder = new TextDecoder();

/**
 * A producer whose output goes into a pipe that is full from the start, so
 * that not even its first line is taken until somebody reads.
 */
async function startHeld(env: Record<string, string>) {
  const dir = await testDir();
  const admin = formatAddress({ host: "127.0.0.1", port: freePort() });
  const producer = ["run", "-q", "-P=producer", "producer/main.ts"];
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      'head -c 10000000 /dev/zero & sleep 0.5; exec "$0" "$@"',
      Deno.execPath(),
      ...producer,
    ],
    cwd: projectDir,
    env: {
      STATE_DIR: dir.path,
      ADMIN_ADDRESS: admin,
      LOG_FORMAT: "json",
      API_INTERVAL_SECONDS: "0.1",
      SOURCE_SYSTEM: "coingecko_simulator",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  const look = async () =>
    await (await fetch(`http://${admin}/status`)).json() as Status;
  return {
    child,
    untilStatus: (what: string, good: (status: Status) => boolean) =>
      until(what, async () => {
        const seen = await look().catch(() => undefined);
        return seen !== undefined && good(seen) ? seen : undefined;
      }),
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await child.status;
      if (!child.stdout.locked) await child.stdout.cancel();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a log that nobody reads holds neither the polls nor the stop", async () => {
  await using held = await startHeld({
    KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${freePort()}`,
    COINGECKO_API_URL: `http://127.0.0.1:${freePort()}/api/v3`,
  });
  await held.untilStatus(
    "polls go on",
    ({ counters }) => (counters.failures.network ?? 0) >= 8,
  );
  const begun = performance.now();
  held.child.kill("SIGTERM");
  assertEquals((await held.child.status).code, 0);
  const tookMs = performance.now() - begun;
  assert(tookMs < 5_000, `it took ${tookMs} ms to stop`);
});

Deno.test("a log that is read late loses nothing, the last line included", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.1 });
  await using held = await startHeld({
    KAFKA_BOOTSTRAP_SERVERS: broker.bootstrap,
    COINGECKO_API_URL: simulator.url,
    CRYPTO_IDS: "bitcoin",
  });
  await held.untilStatus(
    "records reach Kafka meanwhile",
    ({ counters }) => counters.published >= 10,
  );
  let text = "";
  const reading = (async () => {
    for await (const part of held.child.stdout) {
      text += decoder.decode(part).replaceAll("\0", "");
    }
  })();
  await until("the first line", () => text.includes("\n") ? true : undefined);
  held.child.kill("SIGTERM");
  assertEquals((await held.child.status).code, 0);
  await reading;
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  const of = (message: string) =>
    lines.filter((line) => line.message === message);
  const count = Number(lines.at(-1).published);
  assertEquals(lines[0].message, "started");
  assertEquals(lines.at(-1).message, "stopped");
  assert(count >= 10);
  assertEquals(
    of("polled").map(({ sequence }) => sequence),
    Array.from({ length: count }, (_, index) => index + 1),
  );
  const published = of("published").map(({ records }) => Number(records ?? 1));
  assertEquals(published.reduce((sum, records) => sum + records, 0), count);
});

Deno.test("a reader that leaves ends the producer without a trace", async () => {
  await using dir = await testDir();
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      '{ "$0" "$@"; echo "code $?" >&2; } | head -n 1',
      Deno.execPath(),
      ...["run", "-q", "-P=producer", "producer/main.ts"],
    ],
    cwd: projectDir,
    env: {
      STATE_DIR: dir.path,
      ADMIN_ADDRESS: "off",
      LOG_FORMAT: "json",
      API_INTERVAL_SECONDS: "0.2",
      KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${freePort()}`,
      COINGECKO_API_URL: `http://127.0.0.1:${freePort()}/api/v3`,
    },
    stdin: "null",
  });
  const { stdout, stderr } = await child.output();
  assertEquals(JSON.parse(decoder.decode(stdout)).message, "started");
  assertEquals(decoder.decode(stderr), "code 0\n");
});

Deno.test("an API in trouble is asked less and less, and told so", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator({
    faults: [{ kind: "status", status: 503, times: 6, after: 1 }],
  });
  await using producer = startProducer({
    KAFKA_BOOTSTRAP_SERVERS: broker.bootstrap,
    COINGECKO_API_URL: simulator.url,
    CRYPTO_IDS: "bitcoin",
  });
  const { reasons } = await producer.untilStatus(
    "the circuit opens",
    ({ reasons }) => reasons.some((reason) => reason.includes("in 8 after")),
  );
  assert(reasons[0]?.includes("HTTP 503"), reasons.join("; "));
  assertEquals(await producer.statusOf("/ready"), 503);
  await producer.untilStatus(
    "the way back",
    ({ ready, counters }) => ready && counters.published >= 4,
  );
  assertEquals(await producer.stop(), 0);
  const slots = producer.lines.filter(({ message }) =>
    /^poll(ed|\sfailed)/.test(String(message))
  ).map(({ slot }) => Number(slot));
  // The slot after a failure can only be later than wished, never earlier.
  const apart = slots.slice(1, 8).map((slot, index) => slot - slots[index]!);
  const least = [1, 1, 1, 2, 4, 8, 8];
  assert(apart.every((n, index) => n >= least[index]!), apart.join());
});

/** A server that closes each connection at a question, or answers it. */
function startFlaky() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const state = { answers: true, questions: 0 };
  const reply = new TextEncoder().encode(
    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
  );
  const open = new Set<Deno.Conn>();
  async function serve(conn: Deno.Conn): Promise<void> {
    open.add(conn);
    const buffer = new Uint8Array(4096);
    try {
      while (await conn.read(buffer) !== null) {
        state.questions++;
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

Deno.test("no question is sent more than twice, whoever repeats it", async () => {
  const client = Deno.createHttpClient({});
  try {
    await using server = startFlaky();
    const exchange = createExchange({
      timeoutMs: 30_000,
      retryWithinMs: 20_000,
      bodyLimit: 1000,
      fetch: (url, init) => fetch(url, { ...init, client }),
      clock: systemClock,
    });
    const ask = async (answers: boolean) => {
      Object.assign(server.state, { answers, questions: 0 });
      const { signal } = new AbortController();
      const answer = await exchange(server.url, new Headers(), signal);
      return [answer.ok, server.state.questions, answer.retries];
    };
    assertEquals(await ask(false), [false, 2, 1], "a first connection");
    assertEquals(await ask(true), [true, 1, 0]);
    // Here it is fetch that asks again, so the exchange does not.
    assertEquals(await ask(false), [false, 2, 0], "a kept connection");
    assertEquals(await ask(false), [false, 2, 1], "no kept connection is left");
    assertEquals(await ask(true), [true, 1, 0]);
  } finally {
    client.close();
  }
});

Deno.test("a question to nobody is asked once more, and answered if somebody came", async () => {
  const port = freePort();
  const found: Deno.Listener[] = [];
  const exchange = createExchange({
    timeoutMs: 30_000,
    retryWithinMs: 20_000,
    bodyLimit: 1000,
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
  const asking = exchange(`http://127.0.0.1:${port}/`, new Headers(), signal);
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
