import { assert, assertEquals, assertRejects } from "@std/assert";
import { SIMULATOR_HEADER } from "../../producer/sources/source.ts";
import type { Fault } from "../../tasks/simulator/faults.ts";
import { simplePrice } from "../../tasks/simulator/price_response.ts";
import type { SimulatorOptions } from "../../tasks/simulator/simulator_options.ts";
import {
  type Simulator,
  startSimulator,
} from "../../tasks/simulator/simulator_server.ts";
import { until } from "../harness/until.ts";

const query = "?ids=bitcoin,sim-huge,sim-tiny&vs_currencies=usd" +
  "&include_market_cap=true&include_last_updated_at=true";

interface Rig {
  readonly simulator: Simulator;
  readonly get: (signal?: AbortSignal) => Promise<Response>;
  readonly client: Deno.HttpClient;
}

/**
 * An own client each, so that no test inherits another's connections, and an
 * own connection each request: `fetch` repeats one by itself when a kept
 * connection breaks.
 */
async function withSimulator(
  options: SimulatorOptions,
  test: (rig: Rig) => Promise<void>,
): Promise<void> {
  await using simulator = await startSimulator(options);
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const get = (signal?: AbortSignal) =>
    fetch(`${simulator.url}/simple/price${query}`, {
      client,
      ...signal && { signal },
    });
  await test({ simulator, get, client });
}

function withFault(
  name: string,
  fault: Fault,
  test: (rig: Rig) => Promise<void>,
) {
  Deno.test(`\`startSimulator()\` ${name}`, () =>
    withSimulator({}, async (rig) => {
      await (await rig.get()).text();
      rig.simulator.addFault(fault);
      await test(rig);
      const after = await rig.get();
      assertEquals(after.status, 200);
      assertEquals(Object.keys(await after.json()).length, 3);
    }));
}

/** Waits for what the connection's other end has yet to notice. */
async function settled(rig: Rig, number: number): Promise<string> {
  const entry = rig.simulator.requests[number - 1];
  assert(entry !== undefined);
  return await until(
    "it is over",
    () => entry.outcome === "pending" ? undefined : entry.outcome,
  );
}

Deno.test("`startSimulator()` serves byte for byte what the pure parts compute", () =>
  withSimulator({ seed: "9", now: () => 1_767_225_630_000 }, async (rig) => {
    const response = await rig.get();
    const body = await response.text();
    const { settings, requests } = rig.simulator;
    const search = new URLSearchParams(query);
    const expected = simplePrice(search, settings, 1_767_225_630_000);
    assertEquals(body, expected.body);
    assertEquals(requests[0]?.body, body);
    assertEquals(requests[0]?.atMs, 1_767_225_630_000);
    assert(response.headers.has(SIMULATOR_HEADER));
  }));

Deno.test("`startSimulator()` keeps a connection over many requests", () =>
  withSimulator({}, async ({ simulator }) => {
    const { port } = simulator;
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const ping = "GET /api/v3/ping HTTP/1.1\r\nhost: x\r\n\r\n";
    const buffer = new Uint8Array(65_536);
    for (let i = 0; i < 3; i++) {
      await connection.write(new TextEncoder().encode(ping));
      let text = "";
      while (!text.endsWith('Moon!"}')) {
        const count = await connection.read(buffer);
        assert(count !== null, "the connection ended");
        text += new TextDecoder().decode(buffer.subarray(0, count));
      }
    }
    assertEquals(simulator.requests.length, 3);
  }));

withFault("delays a reply", { kind: "delay", ms: 150 }, async ({ get }) => {
  const before = performance.now();
  assertEquals((await (await get()).text()).startsWith('{"bitcoin"'), true);
  assert(performance.now() - before >= 145);
});

withFault("sends a status with headers", {
  kind: "status",
  status: 429,
  headers: { "retry-after": "-5" },
}, async ({ get }) => {
  const response = await get();
  assertEquals(await response.text(), "");
  assertEquals(response.status, 429);
  assertEquals(response.headers.get("retry-after"), "-5");
  assert(response.headers.has(SIMULATOR_HEADER));
});

withFault("sends another body", {
  kind: "body",
  body: "<h1>no</h1>",
  contentType: "text/html",
}, async ({ get }) => {
  const response = await get();
  assertEquals(response.headers.get("content-type"), "text/html");
  assertEquals(await response.text(), "<h1>no</h1>");
});

for (const bytes of [0, 20, 100_000]) {
  withFault(`truncates a reply after ${bytes} bytes`, {
    kind: "truncate",
    bytes,
  }, async (rig) => {
    const response = await rig.get();
    await assertRejects(() => response.text(), TypeError);
    assertEquals(await settled(rig, 2), "cut");
    const full = rig.simulator.requests[0]?.body ?? "";
    assertEquals(rig.simulator.requests[1]?.body, full.slice(0, bytes));
  });
}

withFault("sends a reply slowly", {
  kind: "trickle",
  bytesPerSecond: 1_000,
}, async ({ get, simulator }) => {
  const before = performance.now();
  const body = await (await get()).text();
  const seconds = (performance.now() - before) / 1000;
  assertEquals(body, simulator.requests[0]?.body);
  assert(seconds > body.length / 1_000 * 0.9, `${body.length} in ${seconds} s`);
});

for (const gzip of [false, true]) {
  const packed = gzip ? ", compressed" : "";
  const endless = { kind: "endless", gzip } as const;
  withFault(`sends a body without an end${packed}`, endless, async (rig) => {
    const response = await rig.get();
    assert(response.body !== null);
    let length = 0;
    for await (const part of response.body) {
      length += part.length;
      if (length > 20_000_000) break;
    }
    assertEquals(await settled(rig, 2), "cut");
  });
  withFault(`sends spaces before the normal reply${packed}`, {
    ...endless,
    bytes: 5_000_000,
  }, async ({ get, simulator }) => {
    const body = await (await get()).text();
    assertEquals(
      body.length,
      5_000_000 + (simulator.requests[1]?.body.length ?? 0),
    );
    assertEquals(body.trimStart(), simulator.requests[0]?.body);
  });
}

withFault("closes a connection without a response, once for each fault", {
  kind: "reset",
  times: 3,
}, async ({ get, simulator }) => {
  for (let i = 0; i < 3; i++) await assertRejects(() => get(), TypeError);
  assertEquals(simulator.requests.length, 4);
});

withFault("never responds", { kind: "hang" }, async (rig) => {
  const patience = new AbortController();
  const hanging = assertRejects(() => rig.get(patience.signal), DOMException);
  await until("the request has arrived", () => rig.simulator.requests[1]);
  patience.abort();
  await hanging;
  assertEquals(await settled(rig, 2), "cut");
});

Deno.test("`startSimulator()` closes at once although a request hangs", () =>
  withSimulator({ faults: [{ kind: "hang" }] }, async ({ simulator, get }) => {
    const hanging = assertRejects(() => get(), TypeError);
    await until("the request has arrived", () => simulator.requests[0]);
    // The request hangs forever: a close that waited for it would never end.
    await simulator.close();
    await simulator.close();
    await hanging;
  }));

Deno.test("`startSimulator()` accepts faults over HTTP and lists what it served", () =>
  withSimulator({}, async ({ simulator, get, client }) => {
    const base = `http://127.0.0.1:${simulator.port}/control`;
    const post = (body: string) =>
      fetch(`${base}/faults`, { client, method: "POST", body });
    await (await get()).text();
    const posted = await post(
      '[{"kind":"reset"},{"kind":"status","status":503}]',
    );
    assertEquals((await posted.json()).length, 2);
    await assertRejects(() => get(), TypeError);
    const unavailable = await get();
    await unavailable.body?.cancel();
    assertEquals(unavailable.status, 503);
    const log = await fetch(`${base}/requests`, { client });
    const kinds = (await log.json()).map((one: { fault?: string }) =>
      one.fault
    );
    assertEquals(kinds, [undefined, "reset", "status"]);
    const large = await post(" ".repeat(1_100_000));
    await large.body?.cancel();
    assertEquals(large.status, 413);
  }));
