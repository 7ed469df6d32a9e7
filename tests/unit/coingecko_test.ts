import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { coingecko, requestUrls } from "../../producer/sources/coingecko.ts";
import { coingeckoAccess } from "../../producer/sources/coingecko_access.ts";
import { parseExact } from "../../producer/sources/exact_json.ts";
import { retryAfterMs } from "../../producer/sources/retry_after.ts";
import { parsePrices } from "../../producer/sources/simple_price.ts";
import { SIMULATOR_HEADER } from "../../producer/sources/simulator_header.ts";
import type { PollResult } from "../../producer/sources/source.ts";
import { callBudget } from "../../producer/sources/coingecko_budget.ts";
import { FakeClock } from "../fakes/clock.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;
const base = "https://api.coingecko.com/api/v3";
const jsonType = { "content-type": "application/json; charset=utf-8" };
const never = new AbortController().signal;

function poll(
  fetch: Fetch,
  ids = ["bitcoin"],
  timeoutMs = 10_000,
  key = "",
): Promise<PollResult> {
  const access = coingeckoAccess(base, key, "");
  const clock = new FakeClock();
  const intervalMs = 30_000;
  return coingecko({ access, ids, timeoutMs, intervalMs, fetch, clock })
    .poll(never);
}

const answering = (body: BodyInit, init: ResponseInit = {}): Fetch => () =>
  Promise.resolve(new Response(body, { headers: jsonType, ...init }));

Deno.test("`poll()` keeps the digits that were sent", async () => {
  const digits = '{"bitcoin":{"usd":2.08e-06,"usd_market_cap":' +
    '1542226908349.8406,"usd_24h_vol":9007199254740993,' +
    '"usd_24h_change":-0.10,"last_updated_at":1764758514}}';
  const result = await poll(answering(digits));
  assert(result.ok);
  assertEquals(JSON.stringify(Object.fromEntries(result.coins)), digits);
});

const failures: [string, Fetch, string, string][] = [
  [
    "an error under HTTP 200",
    answering('{"status":{"error_code":429}}'),
    "rate_limit",
    "rate limit",
  ],
  [
    "an error text",
    answering('{"error":"coin not found"}'),
    "api_error",
    "coin not found",
  ],
  [
    "a wrong key",
    answering(
      '{"status":{"error_code":10002,"error_message":"API Key Missing"}}',
      { status: 401 },
    ),
    "key",
    "COINGECKO_API_KEY",
  ],
  [
    "a key on the wrong host",
    answering('{"error_code":10010,"status":{"error_message":"use pro"}}', {
      status: 400,
    }),
    "key",
    "use pro",
  ],
  [
    "a server error",
    answering("<html>", {
      status: 500,
      headers: { "content-type": "text/html" },
    }),
    "http_status",
    "HTTP 500",
  ],
  [
    "HTML under HTTP 200",
    answering("<html>", { headers: { "content-type": "text/html" } }),
    "not_json",
    "text/html",
  ],
  ["an empty body", answering(""), "not_json", "broken JSON"],
  [
    "a truncated body",
    answering('{"bitcoin":{"usd":1'),
    "not_json",
    "broken JSON",
  ],
  [
    "bytes that are no text",
    answering(new Uint8Array([0x7b, 0xff, 0x7d])),
    "network",
    "",
  ],
  ["an empty object", answering("{}"), "no_prices", "none of 1 coins"],
  ["a list", answering("[]"), "no_prices", "no object"],
  ["a bare number", answering("5"), "no_prices", "no object"],
  ["null", answering("null"), "no_prices", "no object"],
  [
    "a quoted price",
    answering('{"bitcoin":{"usd":"92937"}}'),
    "no_prices",
    'usd is "92937"',
  ],
  [
    "a price of null",
    answering('{"bitcoin":{"usd":null}}'),
    "no_prices",
    "usd is null",
  ],
  [
    "a price of zero",
    answering('{"bitcoin":{"usd":0}}'),
    "no_prices",
    "usd is 0",
  ],
  [
    "a negative price",
    answering('{"bitcoin":{"usd":-1}}'),
    "no_prices",
    "usd is -1",
  ],
  [
    "a price beyond all doubles",
    answering('{"bitcoin":{"usd":1e999}}'),
    "no_prices",
    "usd is 1e999",
  ],
  [
    "a redirect",
    answering("", {
      status: 302,
      headers: { location: "https://evil.example/" },
    }),
    "redirect",
    "not followed",
  ],
  [
    "a broken connection",
    () => Promise.reject(new TypeError("reset")),
    "network",
    "reset",
  ],
];

for (const [name, fetch, kind, part] of failures) {
  Deno.test(`\`poll()\` makes no sample of ${name}`, async () => {
    const result = await poll(fetch);
    assert(!result.ok);
    assertEquals(result.kind, kind);
    assertStringIncludes(result.message, part);
  });
}

Deno.test("`poll()` lets an endless body go at its bound", async () => {
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(32));
    },
    cancel() {
      cancelled = true;
    },
  });
  const result = await poll(answering(body));
  assert(!result.ok);
  assertEquals(result.kind, "too_large");
  assert(cancelled);
  assert(sent < 5 * 1024 * 1024);
});

Deno.test("`poll()` gives up a body that does not come in time", async () => {
  const fetch: Fetch = (_url, { signal }) => {
    const body = new ReadableStream({
      start(controller) {
        signal?.addEventListener(
          "abort",
          () => controller.error(signal.reason),
        );
      },
    });
    return Promise.resolve(new Response(body, { headers: jsonType }));
  };
  const result = await poll(fetch, ["bitcoin"], 20);
  assert(!result.ok);
  assertEquals(result.kind, "timeout");
});

Deno.test("`poll()` sends the key as a header only and follows nothing", async () => {
  let url = "";
  let init: RequestInit = {};
  await poll(
    (u, i) => {
      url = u;
      init = i;
      return answering('{"bitcoin":{"usd":1}}')(u, i);
    },
    ["bitcoin"],
    1000,
    "CG-secret",
  );
  assertEquals(url.includes("CG-secret"), false);
  assertEquals(new Headers(init.headers).get("x-cg-demo-api-key"), "CG-secret");
  assertEquals(init.redirect, "manual");
});

Deno.test("`poll()` splits many ids over short addresses and merges them", async () => {
  const ids = Array.from({ length: 400 }, (_, n) => `coin-number-${n}`);
  const urls = requestUrls(base, ids);
  assert(urls.length > 1);
  assert(urls.every((url) => url.length <= 2000));
  const asked: string[] = [];
  const result = await poll((url) => {
    const part = new URL(url).searchParams.get("ids")?.split(",") ?? [];
    asked.push(...part);
    const coins = part.map((id) => [id, { usd: 1 }]);
    return answering(JSON.stringify(Object.fromEntries(coins)))(url, {});
  }, ids);
  assertEquals(asked, ids);
  assert(result.ok);
  assertEquals(result.coins.size, 400);
});

Deno.test("`poll()` names what is absent or refused and invents nothing", async () => {
  const body = '{"a":{"usd":1,"usd_24h_change":null,"usd_market_cap":"2"},' +
    '"b":{"usd":null},"other":{"usd":3}}';
  const result = await poll(
    answering(body, { headers: { ...jsonType, [SIMULATOR_HEADER]: "1" } }),
    ["a", "b", "c"],
  );
  assert(result.ok);
  assertEquals(result.absent, ["c"]);
  assertEquals(result.refused, [
    'a: usd_market_cap is "2", left out',
    "b: usd is null, expected a positive number",
  ]);
  assertEquals(
    JSON.stringify(Object.fromEntries(result.coins)),
    '{"a":{"usd":1,"usd_24h_change":null}}',
  );
  assertEquals(result.simulated, true);
});

Deno.test("`parsePrices()` is not fooled by names of object methods", () => {
  const prices = parsePrices(
    parseExact('{"__proto__":{"usd":1},"constructor":{"usd":2}}'),
    ["constructor"],
  );
  assertEquals([...prices!.coins.keys()], ["constructor"]);
});

Deno.test("`retryAfterMs()` obeys and clamps", () => {
  const now = Date.parse("2025-12-03T10:42:30Z");
  const cases: [string | null, number][] = [
    ["7", 7000],
    ["119", 119_000],
    ["0", 1000],
    ["-5", 1000],
    ["99999999999", 900_000],
    ["Wed, 03 Dec 2025 10:43:00 GMT", 30_000],
    ["Wed, 03 Dec 2025 10:00:00 GMT", 1000],
    ["Wed, 03 Dec 2035 10:00:00 GMT", 900_000],
    ["Wednesday, 03-Dec-25 10:43:00 GMT", 30_000],
    ["Wed Dec  3 10:43:00 2025", 30_000],
    ["Wed, 03 Dec 2025 10:43:00", 60_000],
    ["2025-12-03T10:43:00Z", 60_000],
    ["1e3", 60_000],
    ["9".repeat(400), 900_000],
    ["soon", 60_000],
    ["7 apples", 60_000],
    ["", 60_000],
    [null, 60_000],
  ];
  for (const [header, ms] of cases) {
    assertEquals(retryAfterMs(header, now), ms, String(header));
  }
});

Deno.test("`poll()` passes on how long any refusal asks it to rest", async () => {
  const headers = { ...jsonType, "retry-after": "18" };
  for (const status of [429, 503, 500, 401, 302]) {
    const result = await poll(answering("{}", { status, headers }));
    assert(!result.ok);
    assertEquals(result.retryAfterMs, 18_000, String(status));
  }
  const silent = await poll(answering("{}", { status: 503 }));
  assert(!silent.ok);
  assertEquals(silent.retryAfterMs, undefined);
});

Deno.test("`poll()` keeps an answer's long words out of the log", async () => {
  const words = JSON.stringify({ error: "x".repeat(100_000) });
  const result = await poll(answering(words, { status: 500 }));
  assert(!result.ok);
  assert(result.message.length < 300);
});

Deno.test("`callBudget()` warns when a Demo key would not last", () => {
  const { callsPerMonth, shortfalls, advice } = callBudget("demo", 30_000, 1);
  assertEquals(callsPerMonth, 89_280);
  assertStringIncludes(shortfalls[0] ?? "", "API_INTERVAL_SECONDS=268");
  assertStringIncludes(advice[0] ?? "", "cached for 60 s");
  assertEquals(callBudget("demo", 268_000, 1).shortfalls, []);
  assertStringIncludes(
    callBudget("demo", 1000, 1).shortfalls[1] ?? "",
    "60 calls a minute",
  );
  assertEquals(callBudget("pro", 20_000, 1).advice, []);
});
