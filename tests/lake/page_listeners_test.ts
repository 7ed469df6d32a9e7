// The page's events over a real lake, and `deno task page`.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { systemClock } from "../../lib/clock.ts";
import { projectDir } from "../../lib/project.ts";
import { start } from "../../tasks/host/run_process.ts";
import { deno } from "../harness/clone.ts";
import { listen } from "../harness/page_events.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { Counted, serve } from "./page_server.ts";
import { newPlace } from "./place.ts";
import { rowsOf, topic } from "./records.ts";

const seed = 5;

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
  await until("no one listens", () => served.page.listeners === 0);
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
