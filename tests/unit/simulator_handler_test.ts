import { assert, assertEquals } from "@std/assert";
import { type Fault, pending } from "../../tasks/simulator/faults.ts";
import {
  handle,
  type SimulatedRequest,
  type SimulatorSettings,
  type SimulatorState,
} from "../../tasks/simulator/simulator_handler.ts";
import { priceAt } from "../../tasks/simulator/market.ts";
import { simulatedCoins } from "../../tasks/simulator/coins.ts";
import { freshWindow } from "../../tasks/simulator/rate_limit.ts";

const nowMs = Date.UTC(2026, 0, 1, 0, 0, 30);
const settings: SimulatorSettings = {
  seed: "7",
  cacheMs: 60_000,
  rateLimit: 0,
  plan: "keyless",
  keys: [],
};
const fresh: SimulatorState = { window: freshWindow, faults: [] };

function request(
  pathAndQuery: string,
  headers: Record<string, string> = {},
  method = "GET",
): SimulatedRequest {
  const [path = "", query = ""] = pathAndQuery.split("?");
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: new Headers(headers),
  };
}

function ask(
  pathAndQuery: string,
  changes: Partial<SimulatorSettings> = {},
  headers: Record<string, string> = {},
) {
  const path = `/api/v3${pathAndQuery}`;
  const all = { ...settings, ...changes };
  return handle(request(path, headers), {
    settings: all,
    state: fresh,
    nowMs,
  }).reply;
}

Deno.test("`handle()` replies to /ping", () => {
  const { status, body, headers } = ask("/ping");
  assertEquals(status, 200);
  assertEquals(body, '{"gecko_says":"(V3) To the Moon!"}');
  assertEquals(headers["content-type"], "application/json; charset=utf-8");
});

Deno.test("`handle()` replies to /simple/price with the price alone by default", () => {
  const { body } = ask("/simple/price?ids=bitcoin,ethereum&vs_currencies=usd");
  assert(
    /^{"bitcoin":{"usd":\d+},"ethereum":{"usd":\d+\.\d+}}$/.test(body),
    body,
  );
});

Deno.test("`handle()` replies to /simple/price with all fields in the API's order", () => {
  const { body } = ask(
    "/simple/price?ids=bitcoin&vs_currencies=usd&include_market_cap=true" +
      "&include_24hr_vol=true&include_24hr_change=true" +
      "&include_last_updated_at=true&precision=full",
  );
  const coin = JSON.parse(body).bitcoin;
  assertEquals(Object.keys(coin), [
    "usd",
    "usd_market_cap",
    "usd_24h_vol",
    "usd_24h_change",
    "last_updated_at",
  ]);
  const bitcoin = simulatedCoins.get("bitcoin");
  assert(bitcoin !== undefined);
  assertEquals(coin.usd, priceAt("7", bitcoin, nowMs / 60_000 - 0.5));
  assertEquals(coin.last_updated_at, nowMs / 1000 - 30);
});

Deno.test("`handle()` serves the same bytes while prices are cached", () => {
  const path = "/api/v3/simple/price?ids=bitcoin&vs_currencies=usd" +
    "&include_last_updated_at=true";
  const at = (ms: number) =>
    handle(request(path), { settings, state: fresh, nowMs: ms }).reply;
  assertEquals(at(nowMs), at(nowMs + 29_999));
  assert(at(nowMs).body !== at(nowMs + 30_000).body);
});

Deno.test("`handle()` omits unknown ids without an error", () => {
  const some = ask("/simple/price?ids=nope,bitcoin,Bitcoin&vs_currencies=usd");
  assertEquals(Object.keys(JSON.parse(some.body)), ["bitcoin"]);
  const none = ask("/simple/price?ids=nope&vs_currencies=usd");
  assertEquals([none.status, none.body], [200, "{}"]);
});

Deno.test("`handle()` returns an empty object for a coin without figures", () => {
  const { body } = ask(
    "/simple/price?ids=matic-network,sim-unpriced&vs_currencies=usd" +
      "&include_last_updated_at=true",
  );
  const { "sim-unpriced": unpriced, ...rest } = JSON.parse(body);
  assertEquals(rest, { "matic-network": {} });
  assertEquals(unpriced.usd, null);
});

Deno.test("`handle()` lists its coins under /coins/list", () => {
  const list = JSON.parse(ask("/coins/list").body);
  assertEquals(list[0], { id: "bitcoin", symbol: "btc", name: "Bitcoin" });
  assertEquals(list.length, simulatedCoins.size);
});

const refusals: readonly (readonly [string, number, string])[] = [
  ["/simple/price?ids=bitcoin", 400, "Missing parameter vs_currencies"],
  ["/simple/price?vs_currencies=usd", 400, "Missing parameter ids"],
  [
    "/simple/price?ids=bitcoin&vs_currencies=usd&precision=19",
    400,
    "precision must be full or 0 to 18",
  ],
  ["/simple", 404, "Incorrect path"],
  ["/key", 404, "Incorrect path"],
];
for (const [path, status, error] of refusals) {
  Deno.test(`\`handle()\` replies to ${path} with ${status}`, () => {
    const reply = ask(path);
    assertEquals(reply.status, status);
    assertEquals(JSON.parse(reply.body), { error });
  });
}

Deno.test("`handle()` replies to other methods and roots with 404", () => {
  const post = request("/api/v3/ping", {}, "POST");
  assertEquals(
    handle(post, { settings, state: fresh, nowMs }).reply.status,
    404,
  );
  const root = request("/ping");
  assertEquals(
    handle(root, { settings, state: fresh, nowMs }).reply.status,
    404,
  );
});

const demo = "x-cg-demo-api-key";
const pro = "x-cg-pro-api-key";
const keys: readonly (readonly [
  label: string,
  plan: SimulatorSettings["plan"],
  headers: Record<string, string>,
  query: string,
  status: number,
  code: number | undefined,
])[] = [
  ["no key on keyless", "keyless", {}, "", 200, undefined],
  ["a Pro key on keyless", "keyless", { [pro]: "k" }, "", 400, 10010],
  ["no key on demo", "demo", {}, "", 401, 10002],
  ["the Demo key on demo", "demo", { [demo]: "k" }, "", 200, undefined],
  ["a wrong key on demo", "demo", { [demo]: "x" }, "", 401, 10002],
  ["a Pro key on demo", "demo", { [pro]: "k" }, "", 400, 10010],
  ["the key in the query", "demo", {}, "?x_cg_demo_api_key=k", 200, undefined],
  ["the Pro key on pro", "pro", { [pro]: "k" }, "", 200, undefined],
  ["a Demo key on pro", "pro", { [demo]: "k" }, "", 400, 10011],
  ["no key on pro", "pro", {}, "", 401, 10002],
];
for (const [label, plan, headers, query, status, code] of keys) {
  Deno.test(`\`handle()\` checks ${label}`, () => {
    const reply = ask(`/ping${query}`, { plan, keys: ["k"] }, headers);
    assertEquals(reply.status, status);
    assertEquals(JSON.parse(reply.body).status?.error_code, code);
  });
}

Deno.test("`handle()` accepts any key of the plan when none is configured", () => {
  assertEquals(ask("/ping", { plan: "demo" }, { [demo]: "any" }).status, 200);
});

Deno.test("`handle()` reports the limits of a Pro account", () => {
  const { body } = ask("/key", { plan: "pro", rateLimit: 500 }, { [pro]: "k" });
  assertEquals(JSON.parse(body).rate_limit_request_per_minute, 500);
});

function answers(
  changes: Partial<SimulatorSettings>,
  faults: readonly Fault[],
  paths: readonly string[],
) {
  let state: SimulatorState = { ...fresh, faults: faults.map(pending) };
  return paths.map((path) => {
    const all = { ...settings, ...changes };
    const outcome = handle(request(path), { settings: all, state, nowMs });
    state = outcome.state;
    return outcome;
  });
}

Deno.test("`handle()` replies with the documented 429 over the limit", () => {
  const last = answers({ rateLimit: 1 }, [], ["/api/v3/ping", "/api/v3/ping"])
    .at(-1)?.reply;
  assertEquals(last?.status, 429);
  assertEquals(last?.headers["retry-after"], "60");
  assertEquals(JSON.parse(last?.body ?? "").status.error_code, 429);
});

Deno.test("`handle()` counts rejected and faulty requests against the limit", () => {
  const paths = ["/api/v3/nope", "/api/v3/ping", "/api/v3/ping"];
  const seen = answers({ rateLimit: 2 }, [{ kind: "reset", after: 1 }], paths);
  assertEquals(seen.map(({ fault }) => fault?.kind), [
    undefined,
    "reset",
    undefined,
  ]);
  assertEquals(seen.at(-1)?.reply.status, 429);
});

Deno.test("`handle()` applies faults below its root only", () => {
  const seen = answers({}, [{ kind: "reset" }], ["/other", "/api/v3/ping"]);
  assertEquals(seen.map(({ fault }) => fault?.kind), [undefined, "reset"]);
});
