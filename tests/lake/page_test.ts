// The page's server over a real lake.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { Counted, serve } from "./page_server.ts";
import { ask, newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

const seed = 5;

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
