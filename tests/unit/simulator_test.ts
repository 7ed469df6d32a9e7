import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../producer/errors.ts";
import {
  answer,
  judgeKey,
  type Market,
  RateLimit,
} from "../../tasks/simulate/answers.ts";
import { FaultQueue, parseFaults } from "../../tasks/simulate/faults.ts";
import { coinAt, coinIds } from "../../tasks/simulate/market.ts";

const market: Market = {
  seed: "7",
  cacheMs: 60_000,
  plan: "keyless",
  key: "",
  rateLimit: 0,
};
const now = 1_764_758_550_000;
const get = (path: string, at = now) =>
  answer(market, new URL(`http://x/api/v3${path}`), at);
const all = "&include_market_cap=true&include_24hr_vol=true" +
  "&include_24hr_change=true&include_last_updated_at=true";

Deno.test("`coinAt()` gives one price within a step and moves with the cache", () => {
  const at = (ms: number) => coinAt("7", "bitcoin", 60_000, now + ms);
  assertEquals(at(0), at(29_000));
  assert(at(60_000)?.usd !== at(0)?.usd);
  assertEquals(
    Number(at(60_000)?.last_updated_at) - Number(at(0)?.last_updated_at),
    60,
  );
  assert(coinAt("8", "bitcoin", 60_000, now)?.usd !== at(0)?.usd);
});

Deno.test("`coinAt()` keeps every price positive and near its start", () => {
  for (const id of coinIds) {
    for (let step = 0; step < 500; step++) {
      const usd = Number(coinAt("1", id, 60_000, now + step * 3_600_000)?.usd);
      assert(usd > 0 && Number.isFinite(usd));
    }
  }
});

Deno.test("`answer()` leaves unknown ids out without an error", () => {
  const { status, body } = get(
    "/simple/price?ids=nope,bitcoin&vs_currencies=usd",
  );
  assertEquals(status, 200);
  assertEquals(Object.keys(JSON.parse(body)), ["bitcoin"]);
  assertEquals(get("/simple/price?ids=nope&vs_currencies=usd").body, "{}");
});

Deno.test("`answer()` serves digits that a double would change", () => {
  const { body } = get(
    `/simple/price?ids=tiny-token,huge-cap&vs_currencies=usd${all}`,
  );
  assert(body.includes('"usd":2.08e-06,"usd_market_cap":1542226908349.8406'));
  assert(body.includes('"usd_market_cap":9007199254740993'));
  assert(body.includes('"usd_24h_change":null'));
});

Deno.test("`answer()` knows the API's other paths", () => {
  assertEquals(get("/ping").body, '{"gecko_says":"(V3) To the Moon!"}');
  assertEquals(JSON.parse(get("/coins/list").body).length, coinIds.length);
  assertEquals(get("/simple/price?ids=bitcoin").status, 422);
  assertEquals(get("/nope").status, 404);
});

Deno.test("`judgeKey()` refuses a missing, a wrong and a misplaced key", () => {
  const demo = { ...market, plan: "demo", key: "K" } as const;
  const with_ = (name: string, value: string) => (asked: string) =>
    asked === name ? value : null;
  assertEquals(judgeKey(demo, () => null)?.status, 401);
  assertEquals(judgeKey(demo, with_("x-cg-demo-api-key", "x"))?.status, 401);
  assertEquals(judgeKey(demo, with_("x-cg-demo-api-key", "K")), undefined);
  const misplaced = judgeKey(demo, with_("x-cg-pro-api-key", "K"));
  assertEquals(misplaced?.status, 400);
  assert(misplaced?.body.includes("10010"));
  assertEquals(judgeKey(market, () => null), undefined);
});

Deno.test("`RateLimit` counts a minute and says when to come back", () => {
  const limit = new RateLimit(2);
  assertEquals([limit.count(0), limit.count(1000)], [0, 0]);
  assertEquals(limit.count(2000), 58);
  assertEquals(limit.count(60_000), 0);
  assertEquals(new RateLimit(0).count(0), 0);
});

Deno.test("`FaultQueue` waits, repeats and ends", () => {
  const queue = new FaultQueue();
  queue.add(
    parseFaults('[{"kind":"reset","after":1,"times":2},{"kind":"hang"}]'),
  );
  const kinds = Array.from({ length: 5 }, () => queue.next()?.kind);
  assertEquals(kinds, [undefined, "reset", "reset", "hang", undefined]);
});

Deno.test("`parseFaults()` names what is wrong", () => {
  for (
    const [text, part] of [
      ["{", "no JSON"],
      ["{}", "JSON list"],
      ['[{"kind":"nope"}]', "fault 1"],
      ['[{"kind":"reset"},{"times":1}]', "fault 2"],
      ['[{"kind":"reset","times":-1}]', "times"],
      ['[{"kind":"reset","speed":1}]', "speed"],
    ] as const
  ) {
    assertThrows(() => parseFaults(text), UsageError, part);
  }
});
