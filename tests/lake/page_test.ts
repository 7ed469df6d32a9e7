// The page's server over a real lake.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import type { LakeQueries, Rows } from "../../lakehouse/lake/lake_types.ts";
import { Page, type PageOptions } from "../../lakehouse/page/page_handler.ts";
import { pageProducer } from "../../lakehouse/serve_page.ts";
import { systemClock } from "../../lib/clock.ts";
import { projectDir } from "../../lib/project.ts";
import { start } from "../../tasks/host/run_process.ts";
import { deno } from "../harness/clone.ts";
import { listen } from "../harness/page_events.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { ask, newPlace } from "./place.ts";
import { rowsOf, topic } from "./records.ts";

const seed = 5;

/** Counts what a lake is asked. */
class Counted implements LakeQueries {
  readonly asked: string[] = [];
  readonly #lake: LakeQueries;

  constructor(lake: LakeQueries) {
    this.#lake = lake;
  }

  ask(...args: Parameters<LakeQueries["ask"]>): Promise<Rows> {
    this.asked.push(args[0]);
    return this.#lake.ask(...args);
  }
}

/** A page on a port of its own, without a producer. */
function serve(lake: LakeQueries, change: Partial<PageOptions> = {}) {
  const port = freePort();
  const page = new Page({
    own: { host: "127.0.0.1", port },
    lake,
    clock: systemClock,
    isTold: true,
    askRun: () => Promise.resolve({ ok: false, error: "no lake run" }),
    ...pageProducer(undefined),
    ...change,
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen() {} },
    (request) => page.handle(request),
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    page,
    url,
    async json(path: string) {
      const response = await fetch(url + path);
      const body = await response.json();
      assertEquals(response.status, 200, JSON.stringify(body));
      return body;
    },
    async [Symbol.asyncDispose]() {
      page.close();
      await server.shutdown();
    },
  };
}

/** Sends a request as it is, with any Host. */
async function raw(port: number, lines: readonly string[]): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const text = [...lines, "connection: close", "", ""].join("\r\n");
  await connection.write(new TextEncoder().encode(text));
  return await new Response(connection.readable).text();
}

function decimal(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

Deno.test("the API says what the lake holds, at any snapshot, each question once", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  const first = await writer.commit({ rows: rowsOf(seed, 0, 40), gaps: [] });
  const second = await writer.commit({ rows: rowsOf(seed, 40, 60), gaps: [] });
  const lake = new Counted(writer.side);
  await using served = serve(lake);
  const { json } = served;

  const prices = await json("/api/prices");
  assertEquals(prices.version, second.snapshot);
  assertEquals(prices.stale, true);
  const latest = await ask(
    place,
    `SELECT crypto_symbol, price_usd, api_timestamp FROM gold.crypto_latest
     ORDER BY market_cap_usd DESC, crypto_symbol`,
  );
  assertEquals(
    prices.coins.map((it: Record<string, string>) => [
      it.coin,
      it.price,
      it.observedAt,
    ]),
    latest.map(([coin, price, at]) => [coin, decimal(price ?? ""), at]),
  );
  for (const { spark, price, observedAt } of prices.coins) {
    assert(spark.length > 1 && spark.length <= 60, String(spark.length));
    assertEquals(spark.at(-1), [observedAt, price]);
    const times = spark.map(([at]: [string]) => at);
    assertEquals(times, times.toSorted());
  }

  const then = await json(`/api/prices?at=${first.snapshot}`);
  assertEquals([then.version, then.stale], [first.snapshot, false]);
  assert(JSON.stringify(then.coins) !== JSON.stringify(prices.coins));
  const known = await ask(
    place,
    "SELECT crypto_symbol, price_usd FROM silver.crypto_ticks AS tick " +
      `AT (VERSION => ${first.snapshot}) QUALIFY row_number() OVER (
        PARTITION BY crypto_symbol ORDER BY api_timestamp DESC) = 1
      ORDER BY crypto_symbol`,
  );
  assertEquals(
    then.coins.map((it: Record<string, string>) => [it.coin, it.price]).sort(),
    known.map(([coin, price]) => [coin, decimal(price ?? "")]),
  );
  assertEquals(await json(`/api/prices?at=${then.asOf}`), then);

  for (const interval of ["hour", "day"]) {
    const path = `/api/candles?coin=bitcoin&interval=${interval}`;
    const { candles, version } = await json(path);
    const view = interval === "hour" ? "hourly" : "daily";
    const expected = await ask(
      place,
      `SELECT ${interval}_start, open_price, high_price, low_price, close_price,
         tick_count, is_final FROM gold.crypto_${view}_ohlc
       WHERE crypto_symbol = 'bitcoin' ORDER BY ALL`,
    );
    assertEquals(version, second.snapshot);
    assertEquals(
      candles.map((it: Record<string, unknown>) => Object.values(it)),
      expected.map(([at, open, high, low, close, ticks, isFinal]) => [
        at,
        ...[open, high, low, close].map((it) => decimal(it ?? "")),
        Number(ticks),
        isFinal === "true",
      ]),
    );
    const before = await json(`${path}&at=${first.snapshot}`);
    assert(before.candles[0].ticks < candles[0].ticks);
  }
  const none = await json("/api/candles?coin=x%27%3B%20DROP%20TABLE%20y");
  assertEquals(none.candles, []);

  const { rejects, lake: size, steps } = await json("/api/chain");
  const counts = await ask(
    place,
    "SELECT reason, count(*) FROM silver.crypto_rejects GROUP BY reason",
  );
  assertEquals(
    rejects.byReason,
    Object.fromEntries(
      counts.map(([reason, count]) => [reason, Number(count)]),
    ),
  );
  assertEquals(rejects.newest.length, 5);
  const payloads = await ask(
    place,
    "SELECT kafka_offset, substring(raw_payload, 1, 40) " +
      "FROM bronze.crypto_ticks_raw",
  );
  const payloadOf = new Map(payloads.map(([offset, text]) => [offset, text]));
  for (const { offset, payload, partition, at } of rejects.newest) {
    assertEquals([payload.slice(0, 40), partition], [payloadOf.get(offset), 0]);
    assert(payload.length <= 200 && at.endsWith("Z"));
  }
  assertEquals(size.snapshots, 4);
  assertEquals(steps.at(-1).id, "gold");

  const { first: oldest, last, snapshots } = await json("/api/snapshots");
  assertEquals([oldest.version, last.version], [1, second.snapshot]);
  assertEquals(
    snapshots.map((it: Record<string, unknown>) => [it.version, it.records]),
    [[second.snapshot, 60], [first.snapshot, 40], [1, 0]],
  );

  // The newest snapshot's number is all that is asked again.
  lake.asked.length = 0;
  const paths = ["/api/prices", "/api/candles?coin=bitcoin", "/api/snapshots"];
  await Promise.all([...paths, ...paths].map(json));
  assertEquals(
    lake.asked.filter((sql) => !sql.includes("LIMIT 1")),
    [],
  );
  await writer.close();
});

Deno.test("the page refuses other hosts and pages, writes, and wrong parameters", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  await writer.commit({ rows: rowsOf(seed, 0, 5), gaps: [] });
  await using served = serve(writer.side);
  const port = Number(new URL(served.url).port);
  const host = `host: 127.0.0.1:${port}`;
  const rows: [string[], number, string?][] = [
    [["GET /api/prices HTTP/1.1", host], 200],
    [["GET /api/prices HTTP/1.1", `host: localhost:${port}`], 200],
    // DNS rebinding: the browser believes to talk to the stranger's server.
    [["GET /api/prices HTTP/1.1", `host: evil.example:${port}`], 403],
    [["GET /assets/chart.js HTTP/1.1", `host: evil.example:${port}`], 403],
    [["GET /api/prices HTTP/1.1", host, "sec-fetch-site: cross-site"], 403],
    [["GET /api/events HTTP/1.1", host, "sec-fetch-site: cross-site"], 403],
    [["GET /api/prices HTTP/1.1", host, "origin: http://evil.example"], 403],
    [["GET /api/prices HTTP/1.1", "host: a b"], 400, "invalid Host"],
    [["POST /api/prices HTTP/1.1", host, "content-length: 0"], 405],
    [["HEAD /api/prices HTTP/1.1", host], 200],
    [["HEAD /api/events HTTP/1.1", host], 200],
    [["GET /assets/../page_handler.ts HTTP/1.1", host], 404],
    [["GET /assets/chart.map HTTP/1.1", host], 404],
    [["GET /nothing HTTP/1.1", host], 404, "there is no /nothing here"],
    [["GET /api/prices?at=99 HTTP/1.1", host], 400, 'at is \\"99\\"'],
    [["GET /api/prices?at=2001-01-01 HTTP/1.1", host], 400, "snapshots are"],
    [["GET /api/prices?at=x HTTP/1.1", host], 400, 'at is \\"x\\"'],
    [["GET /api/candles HTTP/1.1", host], 400, "coin is"],
  ];
  for (const [lines, status, text = ""] of rows) {
    const response = await raw(port, lines);
    const shown = `${lines.join(" | ")}\n${response.slice(0, 600)}`;
    assertStringIncludes(response, `HTTP/1.1 ${status} `, shown);
    assertStringIncludes(response, text, shown);
    if (lines[0]?.startsWith("HEAD")) {
      assert(response.endsWith("\r\n\r\n"), shown);
    }
    if (status !== 400 || !text.startsWith("invalid")) {
      assertStringIncludes(response, "content-security-policy: default-src");
      assertStringIncludes(response, "x-content-type-options: nosniff");
    }
    if (status >= 400) assertStringIncludes(response, '"next":');
  }
  const script = await fetch(`${served.url}/assets/chart.js`);
  assertEquals(
    script.headers.get("content-type"),
    "text/javascript; charset=utf-8",
  );
  const text = await script.text();
  assertStringIncludes(text, "export default uPlot;");
  const tag = script.headers.get("etag") ?? "";
  const again = await fetch(`${served.url}/assets/chart.js`, {
    headers: { "if-none-match": tag },
  });
  assertEquals([again.status, await again.text()], [304, ""]);
  const zipped = await raw(port, [
    "GET /assets/chart.js HTTP/1.1",
    host,
    "accept-encoding: gzip",
  ]);
  assertStringIncludes(zipped, "content-encoding: gzip");
  assert(zipped.length < text.length);
  await writer.close();
});

Deno.test("listeners get commits, at most so many, and nothing is asked without them", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  let offset = 0;
  async function commit(count: number) {
    const rows = rowsOf(seed, offset, count);
    offset += count;
    const committed = await writer.commit({ rows, gaps: [] });
    served.page.committed({ records: committed.rows, ticks: committed.ticks });
    return committed;
  }
  const lake = new Counted(writer.side);
  await using served = serve(lake, { maxClients: 2 });
  await commit(10);
  assertEquals(lake.asked, []);
  {
    await using one = listen(served.url);
    await using two = listen(served.url);
    assertEquals([await one.status, await two.status], [200, 200]);
    await using three = listen(served.url);
    assertEquals(await three.status, 503);
    await until("a hello and a chain", () => one.ofKind("chain").length > 0);
    const [hello] = one.ofKind("hello");
    assertEquals(hello?.data.version, 2);
    const { snapshot, ticks } = await commit(30);
    for (const each of [one, two]) {
      const event = await until("the commit", () => each.ofKind("commit")[0]);
      const { version, records, coins } = event.data;
      assertEquals([version, records, event.data.ticks], [snapshot, 30, ticks]);
      const served = await fetchPrices();
      assertEquals(coins, served);
    }
  }
  await until("nobody listens", () => served.page.listeners === 0);
  async function fetchPrices() {
    const { coins } = await served.json("/api/prices");
    return coins.map(({ spark: _, ...coin }: Record<string, unknown>) => coin);
  }
  // What was under way has ended by now.
  await lake.ask("SELECT 1");
  lake.asked.length = 0;
  await commit(10);
  await commit(10);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assertEquals(lake.asked, []);
  await writer.close();
});

Deno.test("a listener that does not read is dropped; the others go on", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  await writer.commit({ rows: rowsOf(seed, 0, 5), gaps: [] });
  await using served = serve(writer.side, {
    maxBuffered: 100_000,
    // Large chains, until the sockets' buffers are full.
    askRun: () =>
      Promise.resolve({ ok: false, error: `${Math.random()}`.repeat(400) }),
    clock: {
      ...systemClock,
      sleep: (ms, signal) => systemClock.sleep(ms / 200, signal),
    },
  });
  await using quick = listen(served.url);
  assertEquals(await quick.status, 200);
  const port = Number(new URL(served.url).port);
  using slow = await Deno.connect({ hostname: "127.0.0.1", port });
  await slow.write(new TextEncoder().encode(
    `GET /api/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`,
  ));
  await until("both listen", () => served.page.listeners === 2);
  await until("the slow one is dropped", () => served.page.listeners === 1);
  const before = quick.events.length;
  await until("the other goes on", () => quick.events.length > before);
  await writer.close();
});

Deno.test("`deno task page` shows what another process writes, or where it is shown", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  await writer.commit({ rows: rowsOf(seed, 0, 20), gaps: [] });
  const port = freePort();
  const env = {
    LAKE_DIR: place.lakeDir,
    LAKE_ADDRESS: `127.0.0.1:${freePort()}`,
    KAFKA_TOPIC: topic,
    ADMIN_ADDRESS: "off",
  };
  const args = ["run", "-q", "-P=lake", "tasks/page.ts", `--port=${port}`];
  const running = start(Deno.execPath(), args, { cwd: projectDir, env });
  try {
    const url = `http://127.0.0.1:${port}`;
    const prices = await until("the page", async () => {
      const asked = await fetch(`${url}/api/prices`).catch(() => undefined);
      return asked?.ok ? await asked.json() : undefined;
    });
    assertEquals(prices.version, 2);
    await using page = listen(url);
    await until("a chain", () => page.ofKind("chain").length > 0);
    const { snapshot } = await writer.commit({
      rows: rowsOf(seed, 20, 20),
      gaps: [],
    });
    const event = await until("the commit", () => page.ofKind("commit")[0]);
    assertEquals([event.data.version, event.data.records], [snapshot, 20]);
    const second = await deno(args, env);
    assertEquals(second.code, 1);
    assertStringIncludes(second.stderr, `cannot listen on 127.0.0.1:${port}`);
    assertStringIncludes(second.stderr, "Next: choose another port");
  } finally {
    running.kill("SIGINT");
  }
  const { code, stdout } = await running.ended;
  assertEquals([code, stdout], [0, `http://127.0.0.1:${port}/\n`]);
  await writer.close();

  // A lake run, as far as its `/status` goes.
  const own = {
    hostname: "127.0.0.1",
    port: Number(env.LAKE_ADDRESS.split(":")[1]),
  };
  const server = Deno.serve(
    { ...own, onListen() {} },
    () =>
      Response.json({ lake: true, dir: place.lakeDir, pid: 1, ready: true }),
  );
  const told = await deno(args, env);
  await server.shutdown();
  assertEquals([told.code, told.stdout], [0, `http://${env.LAKE_ADDRESS}/\n`]);
  const none = await deno(args, { ...env, LAKE_DIR: `${place.dir}/none` });
  assertEquals(none.code, 1);
  assertStringIncludes(none.stderr, "there is no lake");
});
