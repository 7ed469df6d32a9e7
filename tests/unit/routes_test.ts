import { assertEquals, assertThrows } from "@std/assert";
import { routeOf } from "../../lakehouse/page/routes.ts";
import { UsageError } from "../../lib/errors.ts";

function route(path: string) {
  return routeOf(new URL(path, "http://127.0.0.1:9465"));
}

Deno.test("`routeOf()` knows files and the API", () => {
  const at = undefined;
  const time = Temporal.Instant.from("2026-11-25T10:00:00Z");
  const rows: [string, ReturnType<typeof routeOf>][] = [
    ["/", { kind: "asset", name: "index.html" }],
    ["/?utm_source=x", { kind: "asset", name: "index.html" }],
    ["/assets/page.css", { kind: "asset", name: "page.css" }],
    ["/assets/a_b-1.min.js", { kind: "asset", name: "a_b-1.min.js" }],
    ["/api/prices", { kind: "prices", at }],
    ["/api/prices?at=7", { kind: "prices", at: { version: 7 } }],
    ["/api/prices?at=2026-11-25T10:00", { kind: "prices", at: { time } }],
    [
      "/api/candles?coin=bitcoin",
      { kind: "candles", coin: "bitcoin", interval: "hour", limit: 200, at },
    ],
    [
      "/api/candles?interval=day&coin=%22%27x&limit=10000&at=3",
      {
        kind: "candles",
        coin: "\"'x",
        interval: "day",
        limit: 10_000,
        at: { version: 3 },
      },
    ],
    ["/api/chain", { kind: "chain" }],
    ["/api/snapshots", { kind: "snapshots", limit: 100 }],
    ["/api/snapshots?limit=1", { kind: "snapshots", limit: 1 }],
    ["/api/events", { kind: "events" }],
  ];
  for (const [path, expected] of rows) {
    assertEquals(route(path), expected, path);
  }
  for (
    const path of [
      "/api",
      "/api/",
      "/api/prices/",
      "/api/constructor",
      "//api/prices",
      "/assets/",
      "/assets/.env",
      "/assets/../page_handler.ts",
      "/assets/a/b.js",
      "/assets/..%2fpage_handler.ts",
      "/assets/%2e%2e/x.js",
      "/index.html",
      "/favicon.ico",
    ]
  ) {
    assertEquals(route(path), { kind: "unknown" }, path);
  }
});

Deno.test("`routeOf()` refuses wrong parameters, with the value and what is expected", () => {
  const rows: [string, string][] = [
    ["/api/prices?at=", 'at is ""'],
    ["/api/prices?at=now", 'at is "now": expected a snapshot'],
    ["/api/prices?at=-1", 'at is "-1"'],
    ["/api/prices?at=1&at=2", "at is given twice"],
    ["/api/prices?coin=x", 'unknown parameter "coin": expected at'],
    ["/api/chain?x", 'unknown parameter "x": expected none'],
    ["/api/candles", 'coin is ""'],
    ["/api/candles?coin=x&interval=week", 'interval is "week"'],
    ["/api/candles?coin=x&limit=0", 'limit is "0"'],
    ["/api/candles?coin=x&limit=10001", "from 1 to 10000"],
    ["/api/candles?coin=x&limit=1e2", 'limit is "1e2"'],
    ["/api/snapshots?limit=", 'limit is ""'],
    [`/api/candles?coin=${"x".repeat(201)}`, "coin is"],
  ];
  for (const [path, text] of rows) {
    assertThrows(() => route(path), UsageError, text, path);
  }
});
