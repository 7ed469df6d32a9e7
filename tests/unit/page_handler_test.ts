import { assertEquals } from "@std/assert";
import { Page } from "../../lakehouse/page/page_handler.ts";
import { FakeClock } from "../fakes/clock.ts";
import { FakePageLake, priceRow } from "../fakes/page_lake.ts";

function pageOf(lake = new FakePageLake()) {
  const page = new Page({
    own: { host: "127.0.0.1", port: 9465 },
    lake,
    clock: new FakeClock(),
    isTold: true,
    producerAddress: undefined,
    askProducer: () => Promise.reject(new Error("not asked")),
    askRun: () => Promise.resolve({ ok: false, error: "no lake run" }),
    findAsset: () => Promise.reject(new Error("no registry")),
    health: () => new Response("health"),
  });
  const get = (path: string, host = "127.0.0.1:9465") =>
    page.handle(new Request(`http://${host}${path}`, { headers: { host } }));
  return { lake, get };
}

Deno.test("a lake or a file that cannot be read is 503, with the next step", async () => {
  const { lake, get } = pageOf();
  lake.gate = () => Promise.reject(new Error("the disk is gone"));
  const prices = await get("/api/prices");
  assertEquals(prices.status, 503);
  assertEquals(await prices.json(), {
    error: "the lake cannot be read: the disk is gone",
    next: "look at it alone: deno task lake verify",
  });
  const script = await get("/assets/chart.js");
  assertEquals(script.status, 503);
  const { error } = await script.json();
  assertEquals(error, "chart.js cannot be loaded: no registry");
  // The chain says it, and does not fail.
  const chain = await get("/api/chain");
  assertEquals([chain.status, (await chain.json()).state], [200, "broken"]);
  // It is read again as soon as it can be.
  lake.gate = () => Promise.resolve();
  lake.prices = [priceRow("a", 1)];
  const { coins } = await (await get("/api/prices")).json();
  assertEquals(coins.length, 1);
});

Deno.test("the paths of health are answered for any host, the page's for its own", async () => {
  const { get } = pageOf();
  const statuses = await Promise.all(
    ["/live", "/ready", "/status", "/metrics", "/", "/api/chain", "/live/"]
      .map(async (path) => (await get(path, "lake.lan:9465")).status),
  );
  assertEquals(statuses, [200, 200, 200, 200, 403, 403, 403]);
});
