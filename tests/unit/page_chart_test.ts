import { assertEquals } from "@std/assert";
import {
  limit,
  mergeCandles,
} from "../../lakehouse/page/assets/merge_candles.js";
import {
  sparkPath,
  withNewest,
} from "../../lakehouse/page/assets/spark_path.js";
import { zoomed } from "../../lakehouse/page/assets/zoom.js";
import { candlesBody } from "../fakes/page_bodies.ts";

Deno.test("sparkPath() fills the box; a flat line is in its middle", () => {
  const at = (minute: number) => `2026-11-25T21:${minute}:00Z`;
  assertEquals(
    sparkPath([[at(10), "1"], [at(11), "3"], [at(14), "2"]]),
    "M2.0 26.0L31.0 2.0L118.0 14.0",
  );
  assertEquals(
    sparkPath([[at(10), "5"], [at(11), "5"]]),
    "M2.0 14.0L118.0 14.0",
  );
  assertEquals(sparkPath([[at(10), "5"]]), "");
  assertEquals(sparkPath([]), "");
});

Deno.test("withNewest() ends with the newest price and holds a day", () => {
  const points: [string, string][] = [
    ["2026-11-24T20:00:00Z", "1"],
    ["2026-11-24T22:00:00Z", "2"],
  ];
  assertEquals(withNewest(points, ["2026-11-25T21:00:00Z", "3"]), [
    ["2026-11-24T22:00:00Z", "2"],
    ["2026-11-25T21:00:00Z", "3"],
  ]);
});

Deno.test("zoomed() stays within all, and keeps the point in its place", () => {
  const all = { min: 0, max: 100 };
  const zoom = { factor: 0.5, around: 25, least: 10 };
  assertEquals(zoomed(all, all, zoom), { min: 12.5, max: 62.5 });
  assertEquals(zoomed({ min: 20, max: 30 }, all, zoom), { min: 20, max: 30 });
  const out = { ...zoom, factor: 4 };
  assertEquals(zoomed({ min: 10, max: 60 }, all, out), all);
  assertEquals(
    zoomed({ min: 80, max: 100 }, all, { ...out, factor: 2, around: 95 }),
    { min: 60, max: 100 },
  );
});

Deno.test("mergeCandles() has each start once, the newest last", () => {
  const { candles } = candlesBody("bitcoin", "hour", { limit: 3 });
  const [, second, third] = candles;
  if (second === undefined || third === undefined) throw new Error("3 candles");
  const changed = { ...third, close: "1" };
  const next = { ...third, start: "2026-11-25T22:00:00Z" };
  assertEquals(
    mergeCandles(candles, [changed, next]).map(({ start, close }) => [
      start,
      close,
    ]),
    [
      [candles[0]?.start, candles[0]?.close],
      [second.start, second.close],
      [third.start, "1"],
      [next.start, third.close],
    ],
  );
  const long = Array.from({ length: limit + 5 }, (_, at) => ({
    ...third,
    start: new Date(at * 3_600_000).toISOString(),
  }));
  assertEquals(mergeCandles(long, []).length, limit);
});
