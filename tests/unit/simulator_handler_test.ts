import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Fault } from "../../tasks/simulator/faults.ts";
import {
  handle,
  type SimulatorSettings,
  type SimulatorState,
} from "../../tasks/simulator/simulator_handler.ts";
import { priceAt } from "../../tasks/simulator/market.ts";
import { simulatedCoins } from "../../tasks/simulator/coins.ts";
import { freshWindow } from "../../tasks/simulator/rate_limit.ts";
import { simulatedRequest } from "../fakes/simulated_request.ts";

const nowMs = Date.UTC(2026, 0, 1, 0, 0, 30);
const settings: SimulatorSettings = {
  seed: "7",
  cacheMs: 60_000,
  rateLimit: 0,
  plan: "keyless",
  keys: [],
};
const fresh: SimulatorState = { window: freshWindow, faults: [] };

interface Changes extends Partial<SimulatorSettings> {
  readonly headers?: Record<string, string>;
  readonly nowMs?: number;
}

function ask(path: string, { headers, ...changes }: Changes = {}) {
  const text = path.includes(" ") ? path : `GET /api/v3${path}`;
  return handle(simulatedRequest(text, headers), {
    settings: { ...settings, ...changes },
    state: fresh,
    nowMs: changes.nowMs ?? nowMs,
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
  assertMatch(body, /^{"bitcoin":{"usd":\d+},"ethereum":{"usd":\d+\.\d+}}$/);
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
  const path = "/simple/price?ids=bitcoin&vs_currencies=usd" +
    "&include_last_updated_at=true";
  const at = (nowMs: number) => ask(path, { nowMs });
  assertEquals(at(nowMs), at(nowMs + 29_999));
  assert(at(nowMs).body !== at(nowMs + 30_000).body);
});

const omitted: readonly (readonly [query: string, body: unknown])[] = [
  ["ids=nope,Bitcoin&vs_currencies=usd", {}],
  ["ids=nope,bitcoin&vs_currencies=xyz", { bitcoin: {} }],
  [
    "ids=matic-network,sim-unpriced&vs_currencies=usd" +
    "&include_last_updated_at=true",
    {
      "matic-network": {},
      "sim-unpriced": { usd: null, last_updated_at: nowMs / 1000 - 30 },
    },
  ],
];
for (const [query, expected] of omitted) {
  Deno.test(`\`handle()\` omits what it does not know: ${query}`, () => {
    const { status, body } = ask(`/simple/price?${query}`);
    assertEquals([status, JSON.parse(body)], [200, expected]);
  });
}

Deno.test("`handle()` lists its coins under /coins/list", () => {
  const list = JSON.parse(ask("/coins/list").body);
  assertEquals(list[0], { id: "bitcoin", symbol: "btc", name: "Bitcoin" });
  assertEquals(list.length, simulatedCoins.size);
});

const refusals: readonly (readonly [string, number, string])[] = [
  ["/simple/price?ids=bitcoin", 400, "Missing parameter vs_currencies"],
  ["/simple/price?vs_currencies=usd", 400, "Missing parameter ids"],
  ["/simple", 404, "Incorrect path"],
  ["POST /api/v3/ping", 404, "Incorrect path"],
  ["GET /ping", 404, "Incorrect path"],
];
for (const [path, status, error] of refusals) {
  Deno.test(`\`handle()\` replies to ${path} with ${status}`, () => {
    const reply = ask(path);
    assertEquals(reply.status, status);
    assertEquals(JSON.parse(reply.body), { error });
  });
}

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
    const reply = ask(`/ping${query}`, { plan, keys: ["k"], headers });
    assertEquals(reply.status, status);
    assertEquals(JSON.parse(reply.body).status?.error_code, code);
  });
}

Deno.test("`handle()` accepts any key of the plan when none is configured", () => {
  const headers = { [demo]: "any" };
  assertEquals(ask("/ping", { plan: "demo", headers }).status, 200);
});

function play(
  rateLimit: number,
  faults: readonly Fault[],
  paths: readonly string[],
) {
  let state: SimulatorState = { ...fresh, faults };
  return paths.map((path) => {
    const all = { settings: { ...settings, rateLimit }, state, nowMs };
    const outcome = handle(simulatedRequest(`GET ${path}`), all);
    state = outcome.state;
    return { kind: outcome.fault?.kind, reply: outcome.reply };
  });
}

Deno.test("`handle()` replies with the documented 429 over the limit", () => {
  const reply = play(1, [], ["/api/v3/ping", "/api/v3/ping"]).at(-1)?.reply;
  assertEquals(reply?.status, 429);
  assertEquals(reply?.headers["retry-after"], "60");
  assertEquals(JSON.parse(reply?.body ?? "").status.error_code, 429);
});

Deno.test("`handle()` counts rejected and faulty requests against the limit", () => {
  const paths = ["/api/v3/nope", "/api/v3/ping", "/api/v3/ping"];
  const seen = play(2, [{ kind: "reset", after: 1 }], paths);
  assertEquals(seen.map(({ kind }) => kind), [undefined, "reset", undefined]);
  assertEquals(seen.at(-1)?.reply.status, 429);
});

Deno.test("`handle()` applies faults below its root only", () => {
  const seen = play(0, [{ kind: "reset" }], ["/other", "/api/v3/ping"]);
  assertEquals(seen.map(({ kind }) => kind), [undefined, "reset"]);
});
