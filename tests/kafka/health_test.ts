import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { metricsOf } from "../../producer/health/metrics.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { fakeHealth } from "../fakes/health.ts";
import { startBroker } from "../harness/broker.ts";
import { freePort } from "../harness/ports.ts";
import { parsePrometheus } from "../harness/prometheus_text.ts";
import { type RunningProducer, startProducer } from "../harness/producer.ts";
import { until } from "../harness/until.ts";

const interval = 0.5;
const timeout = 1;

/** Waits until `/ready` is 503 for such a reason; returns its seconds. */
function untilUnready(producer: RunningProducer, reason: RegExp) {
  return until(`a reason ${reason}`, async () => {
    const { ready, reasons } = await producer.status();
    assertEquals(ready, reasons.length === 0);
    const found = reasons.map((text) => reason.exec(text)).find((m) => m);
    return found ? Number(found[1]) : undefined;
  });
}

async function untilReady(producer: RunningProducer): Promise<void> {
  await producer.untilStatus("ready", ({ ready }) => ready);
  await until("/ready", async () => await producer.statusOf("/ready") === 200);
}

Deno.test("`/ready` follows the death and the return of Kafka and of the API", async () => {
  await using broker = await startBroker();
  let simulator = await startSimulator({
    cacheSeconds: 0.1,
    port: freePort(),
  });
  await using producer = startProducer({
    broker,
    simulator,
    env: {
      CRYPTO_IDS: "bitcoin",
      API_INTERVAL_SECONDS: String(interval),
      API_TIMEOUT_SECONDS: String(timeout),
    },
  });
  try {
    await untilReady(producer);
    await broker.kill("SIGKILL");
    const waited = await untilUnready(
      producer,
      /^records have waited ([\d.]+) s for Kafka/,
    );
    // The reason's own figure: a busy machine adds to the deadline only.
    assert(waited >= 5 + interval - 0.06, `reported after only ${waited} s`);
    assertEquals(await producer.statusOf("/ready"), 503);
    assertEquals(await producer.statusOf("/live"), 200);
    await broker.restart();
    await untilReady(producer);

    await simulator[Symbol.asyncDispose]();
    const age = await untilUnready(
      producer,
      /^the last successful poll was ([\d.]+) s ago/,
    );
    assert(
      age >= 3 * interval + timeout - 0.06,
      `reported after only ${age} s`,
    );
    assertEquals(await producer.statusOf("/live"), 200);
    simulator = await startSimulator({ port: simulator.port });
    await untilReady(producer);
    assertEquals(await producer.stop(), 0);
  } finally {
    await simulator[Symbol.asyncDispose]();
  }
});

/** Sends a request as bytes, since `fetch()` sends only valid ones. */
async function raw(admin: string, head: string): Promise<string> {
  const [hostname = "", port] = admin.split(":");
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const request = `${head}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  let text = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  for (let n; (n = await connection.read(buffer)) !== null;) {
    text += decoder.decode(buffer.subarray(0, n));
  }
  return text;
}

Deno.test("odd requests and many scrapes do not disturb the polls", async () => {
  await using simulator = await startSimulator({ cacheSeconds: 0.1 });
  const key = "CG-planted-key-of-this-test";
  await using producer = startProducer({
    simulator,
    env: { COINGECKO_API_KEY: key, CRYPTO_IDS: "bitcoin" },
  });
  const { admin } = producer;
  await producer.untilStatus("a sample", (s) => s.counters.samples > 0);
  const scrape = async () => {
    const response = await fetch(`http://${admin}/metrics`);
    assertEquals(response.status, 200);
    assertEquals(
      response.headers.get("content-type"),
      "text/plain; version=0.0.4; charset=utf-8",
    );
    return await response.text();
  };
  const pages = await Promise.all(Array.from({ length: 100 }, scrape));
  const page = pages[99] ?? "";
  const expected = metricsOf(fakeHealth().options).map(({ name }) => name);
  for (const each of pages) {
    assertEquals(parsePrometheus(each).map(({ name }) => name), expected);
  }
  assertMatch(page, /^crypto_producer_ready 0$/m);
  assertMatch(page, /_not_ready\{reason="unacknowledged"\} 1$/m);
  assertMatch(page, /_outbox_records [1-9]/);
  assertMatch(page, /_poll_duration_seconds_count [1-9]/);
  assertMatch(page, /_process_resident_memory_bytes [1-9]\d{7}/);
  assertMatch(page, /_process_start_time_seconds 1\d{9}\.\d+/);
  const status = await (await fetch(`http://${admin}/status`)).text();
  assertStringIncludes(status, "********");
  for (const text of [status, page]) assert(!text.includes(key));
  const { next_slot_in_seconds: next } = JSON.parse(status);
  assert(typeof next === "number" && next >= 0 && next <= 0.2, `${next}`);

  const host = `Host: ${admin}`;
  const rows: [string, number][] = [
    [`HEAD /metrics HTTP/1.1\r\n${host}`, 200],
    [`HEAD /ready HTTP/1.1\r\n${host}`, 503],
    ["GET /live HTTP/1.1\r\nHost: [", 400],
    ["GET /live HTTP/1.1\r\nHost: elsewhere", 200],
    ["GET /live HTTP/1.0", 200],
    [`GET /../etc/passwd HTTP/1.1\r\n${host}`, 404],
    [`POST /status HTTP/1.1\r\n${host}\r\nContent-Length: 0`, 405],
  ];
  for (const [head, expected] of rows) {
    const answer = await raw(admin, head);
    assertEquals(Number(answer.split(" ")[1]), expected, head);
    const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    assertEquals(body === "", head.startsWith("HEAD"), head);
  }
  const { counters } = await producer.status();
  await producer.untilStatus(
    "more samples",
    (s) => s.counters.samples > counters.samples + 1,
  );
  await producer.stop();
  assertEquals(producer.stderr(), "");
});

Deno.test("`/live` responds while the process can, on loopback only", async () => {
  await using simulator = await startSimulator();
  await using producer = startProducer({ simulator });
  await producer.untilStatus("a sample", (s) => s.counters.samples > 0);
  const port = Number(producer.admin.split(":")[1]);
  const outside = Deno.networkInterfaces().find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  );
  if (outside !== undefined) {
    const hostname = outside.address;
    const reached = await Deno.connect({ hostname, port })
      .then((connection) => connection.close() ?? true, () => false);
    assertEquals(reached, false, `reached on ${hostname}`);
  }
  const asked = () =>
    fetch(`http://127.0.0.1:${port}/live`, {
      signal: AbortSignal.timeout(2_000),
    }).then(async (response) => {
      await response.body?.cancel();
      return response.status;
    }, (error) => error.name as string);
  Deno.kill(producer.child.pid, "SIGSTOP");
  assertEquals(
    await asked(),
    "TimeoutError",
    "a stopped process does not respond",
  );
  Deno.kill(producer.child.pid, "SIGCONT");
  await until("alive again", async () => await asked() === 200 || undefined);
  await producer.stop("SIGKILL");
  assertEquals(await asked(), "TypeError", "nothing listens");
});
