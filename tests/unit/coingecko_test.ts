import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  judgeResponse,
  requestUrls,
} from "../../producer/sources/coingecko.ts";
import {
  type PollResult,
  SIMULATOR_HEADER,
} from "../../producer/sources/source.ts";
import { configured } from "../fakes/configured.ts";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;
const base = "https://api.coingecko.com/api/v3";
const jsonType = { "content-type": "application/json; charset=utf-8" };
const never = new AbortController().signal;

function poll(
  fetch: Fetch,
  env: Record<string, string> = {},
): Promise<PollResult> {
  return configured({ CRYPTO_IDS: "bitcoin", ...env }, { fetch }).source
    .poll(never);
}

function responding(body: BodyInit, init: ResponseInit = {}): Fetch {
  return () =>
    Promise.resolve(new Response(body, { headers: jsonType, ...init }));
}

Deno.test("`poll()` keeps the digits of the response", async () => {
  const digits = '{"bitcoin":{"usd":2.08e-06,"usd_market_cap":' +
    '1542226908349.8406,"usd_24h_vol":9007199254740993,' +
    '"usd_24h_change":-0.10,"last_updated_at":1764758514}}';
  const result = await poll(responding(digits));
  assert(result.ok);
  assertEquals(JSON.stringify(Object.fromEntries(result.coins)), digits);
});

for (
  const [what, body, ids] of [
    [
      "a coin called status",
      '{"btc":{"usd":1},"status":{"usd":2}}',
      "btc,status",
    ],
    ["a coin called error", '{"error":{"usd":2}}', "error"],
    ["a coin called __proto__", '{"__proto__":{"usd":2}}', "__proto__"],
    ["an error text beside a price", '{"btc":{"usd":1},"error":"x"}', "btc"],
    [
      "a status beside a price",
      '{"status":{"error_code":0},"btc":{"usd":1}}',
      "btc",
    ],
  ] as const
) {
  Deno.test(`judgeResponse() takes ${what} for a price`, () => {
    const headers = new Headers({ "content-type": "application/json" });
    const judged = judgeResponse(
      { status: 200, headers, body },
      ids.split(","),
      0,
    );
    assert(judged.ok);
    assertEquals([...judged.coins.keys()].join(), ids);
  });
}

Deno.test("judgeResponse() takes an error for an error though a coin has its name", () => {
  const headers = new Headers({ "content-type": "application/json" });
  const body = '{"status":{"error_code":429,"error_message":"too many"}}';
  const judged = judgeResponse({ status: 200, headers, body }, ["status"], 0);
  assertEquals(judged.ok ? judged : judged.kind, "rate_limit");
});

Deno.test("requestUrls() encodes every id that CoinGecko's list has", () => {
  const ids = ["1move token", "boringdao-[old]", "a&b=c", "ünit", "__proto__"];
  const [url = ""] = requestUrls("https://x/api/v3", ids);
  assertEquals(new URL(url).searchParams.get("ids"), ids.join());
  assertEquals(new URL(url).searchParams.get("vs_currencies"), "usd");
});

const html = { "content-type": "text/html" };
const evil = { location: "https://evil.example/" };
const wrongKey = '{"status":{"error_code":10002,"error_message":"no key"}}';
const wrongHost = '{"error_code":10010,"status":{"error_message":"use pro"}}';
const brokenUtf8 = new Uint8Array([0x7b, 0xff, 0x7d]);

type Failure = [
  what: string,
  body: BodyInit,
  kind: string,
  message: string,
  init?: ResponseInit,
];

const failures: Failure[] = [
  ["a 429 under 200", '{"status":{"error_code":429}}', "rate_limit", "limit"],
  ["an error text", '{"error":"coin not found"}', "api_error", "not found"],
  ["a wrong key", wrongKey, "key", "COINGECKO_API_KEY", { status: 401 }],
  ["a key on the wrong host", wrongHost, "key", "use pro", { status: 400 }],
  ["a server error", "<html>", "http_status", "HTTP 500", {
    status: 500,
    headers: html,
  }],
  ["HTML under 200", "<html>", "not_json", "text/html", { headers: html }],
  ["an empty body", "", "not_json", "not valid JSON"],
  ["a truncated body", '{"bitcoin":{"usd":1', "not_json", "not valid JSON"],
  ["bytes that are not UTF-8", brokenUtf8, "network", ""],
  ["an empty object", "{}", "no_prices", "none of the 1 coins"],
  ["a redirect", "", "redirect", "not followed", {
    status: 302,
    headers: evil,
  }],
  ...["[]", "5", "null"].map((body): Failure => [
    `the JSON ${body}`,
    body,
    "no_prices",
    "not an object",
  ]),
  ...['"92937"', "null", "0", "-1", "1e999"].map((usd): Failure => [
    `a price of ${usd}`,
    `{"bitcoin":{"usd":${usd}}}`,
    "no_prices",
    `usd is ${usd}`,
  ]),
];

for (const [name, body, kind, part, init] of failures) {
  Deno.test(`\`poll()\` makes no sample of ${name}`, async () => {
    const result = await poll(responding(body, init));
    assert(!result.ok);
    assertEquals(result.kind, kind);
    assertStringIncludes(result.message, part);
  });
}

Deno.test("`poll()` makes no sample of a broken connection", async () => {
  const result = await poll(() => Promise.reject(new TypeError("reset")));
  assert(!result.ok);
  assertEquals([result.kind, result.message], ["network", "reset"]);
});

Deno.test("`poll()` cancels an endless body at the limit", async () => {
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
  const result = await poll(responding(body));
  assert(!result.ok);
  assertEquals(result.kind, "too_large");
  assert(cancelled);
  assert(sent < 5 * 1024 * 1024);
});

Deno.test("`poll()` gives up on a body that is not complete in time", async () => {
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
  const result = await poll(fetch, { API_TIMEOUT_SECONDS: "0.1" });
  assert(!result.ok);
  assertEquals(result.kind, "timeout");
});

Deno.test("`poll()` sends the key as a header only and follows no redirect", async () => {
  let url = "";
  let init: RequestInit = {};
  await poll(
    (u, i) => {
      url = u;
      init = i;
      return responding('{"bitcoin":{"usd":1}}')(u, i);
    },
    { COINGECKO_API_KEY: "CG-secret" },
  );
  assertEquals(url.includes("CG-secret"), false);
  assertEquals(new Headers(init.headers).get("x-cg-demo-api-key"), "CG-secret");
  assertEquals(init.redirect, "manual");
});

Deno.test("`poll()` splits many ids over several URLs and merges the responses", async () => {
  const ids = Array.from({ length: 400 }, (_, n) => `coin-number-${n}`);
  const urls = requestUrls(base, ids);
  assert(urls.length > 1);
  assert(urls.every((url) => url.length <= 2000));
  const requested: string[] = [];
  const result = await poll((url) => {
    const part = new URL(url).searchParams.get("ids")?.split(",") ?? [];
    requested.push(...part);
    const coins = part.map((id) => [id, { usd: 1 }]);
    return responding(JSON.stringify(Object.fromEntries(coins)))(url, {});
  }, { CRYPTO_IDS: ids.join() });
  assertEquals(requested, ids);
  assert(result.ok);
  assertEquals(result.coins.size, 400);
});

Deno.test("`poll()` names missing and refused coins and invents none", async () => {
  const body = '{"a":{"usd":1,"usd_24h_change":null,"usd_market_cap":"2"},' +
    '"b":{"usd":null},"other":{"usd":3}}';
  const result = await poll(
    responding(body, { headers: { ...jsonType, [SIMULATOR_HEADER]: "1" } }),
    { CRYPTO_IDS: "a,b,c" },
  );
  assert(result.ok);
  assertEquals(result.missing, ["c"]);
  assertEquals(result.refused, [
    {
      id: "a",
      field: "usd_market_cap",
      reason: 'usd_market_cap is "2", expected a number or null',
    },
    { id: "b", reason: "usd is null, expected a positive number" },
  ]);
  assertEquals(
    JSON.stringify(Object.fromEntries(result.coins)),
    '{"a":{"usd":1,"usd_24h_change":null}}',
  );
  assertEquals(result.simulated, true);
});

Deno.test("`poll()` reports the Retry-After of any failure", async () => {
  const headers = { ...jsonType, "retry-after": "18" };
  for (const status of [429, 503, 500, 401, 302]) {
    const result = await poll(responding("{}", { status, headers }));
    assert(!result.ok);
    assertEquals(result.retryAfterMs, 18_000, String(status));
  }
  const silent = await poll(responding("{}", { status: 503 }));
  assert(!silent.ok);
  assertEquals(silent.retryAfterMs, undefined);
});

Deno.test("`poll()` keeps a long error text out of the log", async () => {
  const words = JSON.stringify({ error: "x".repeat(100_000) });
  const result = await poll(responding(words, { status: 500 }));
  assert(!result.ok);
  assert(result.message.length < 300);
});

Deno.test("a key that was replaced in its file is used by the next poll", async () => {
  const path = "./secrets/key";
  const files: Record<string, string | undefined> = { [path]: "CG-old\n" };
  const sent: (string | null)[] = [];
  const { source } = configured({ COINGECKO_API_KEY_FILE: path }, {
    files,
    fetch: (url, init) => {
      sent.push(new Headers(init.headers).get("x-cg-demo-api-key"));
      return responding('{"error_code":10002}', { status: 401 })(url, init);
    },
  });
  const kinds: unknown[] = [];
  for (const content of ["CG-old\n", "CG-new\n", undefined, "a b", "CG-new"]) {
    files[path] = content;
    const result = await source.poll(never);
    assert(!result.ok);
    kinds.push(result.kind);
    if (result.status === undefined) {
      assertStringIncludes(result.message, `COINGECKO_API_KEY_FILE "${path}"`);
      assert(!result.message.includes("a b"));
    }
  }
  assertEquals(sent, ["CG-old", "CG-new", "CG-new"]);
  assertEquals(new Set(kinds), new Set(["key"]));
});
