import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { simulatedCoins } from "../../tasks/simulator/coins.ts";
import {
  changeAt,
  priceAt,
  quoteAt,
  stepAt,
  updatedAt,
} from "../../tasks/simulator/market.ts";
import { walkAt } from "../../tasks/simulator/random_walk.ts";

const settings = { seed: "7", cacheMs: 60_000 };
const now = stepAt(60_000, Date.UTC(2026, 0, 1));

function coin(id: string) {
  const found = simulatedCoins.get(id);
  assert(found !== undefined);
  return found;
}

const bitcoin = coin("bitcoin");

Deno.test("`walkAt()` returns the same position for the same step, in any order", () => {
  const steps = [0, 1, 65_535, 65_536, 29_000_000, 2 ** 45];
  const there = steps.map((step) => walkAt("a", step));
  const back = steps.toReversed().map((step) => walkAt("a", step)).reverse();
  assertEquals(back, there);
});

Deno.test("`walkAt()` moves by about one per step and stays near zero", () => {
  let squares = 0;
  let farthest = 0;
  const steps = 65_536;
  for (let step = 0; step < steps; step++) {
    const here = walkAt("b", step);
    squares += (walkAt("b", step + 1) - here) ** 2;
    farthest = Math.max(farthest, Math.abs(here));
  }
  const move = Math.sqrt(squares / steps);
  assert(move > 0.9 && move < 1.1, `moved by ${move}`);
  assert(farthest < 500, `went as far as ${farthest}`);
});

Deno.test("`priceAt()` differs by seed, by coin and by step", () => {
  const ethereum = coin("ethereum");
  const price = priceAt("7", bitcoin, now);
  assertEquals(priceAt("7", bitcoin, now), price);
  assertNotEquals(priceAt("8", bitcoin, now), price);
  assertNotEquals(priceAt("7", bitcoin, now + 1), price);
  const away = priceAt("7", ethereum, now) / ethereum.price;
  assertNotEquals(away, price / bitcoin.price);
});

Deno.test("`priceAt()` stays near the coin's start price for a year", () => {
  for (let step = now; step < now + 525_600; step += 977) {
    const ratio = priceAt("7", bitcoin, step) / bitcoin.price;
    assert(ratio > 0.6 && ratio < 1.7, `${ratio} at step ${step}`);
  }
});

Deno.test("`changeAt()` matches the prices of a day ago", () => {
  const before = priceAt("7", bitcoin, now - 1440);
  const expected = (priceAt("7", bitcoin, now) / before - 1) * 100;
  assertEquals(changeAt(settings, bitcoin, now), expected);
});

Deno.test("`updatedAt()` is in whole seconds and never in the future", () => {
  for (const cacheMs of [50, 333, 1000, 60_000]) {
    const nowMs = 1_767_225_600_999;
    const at = updatedAt(cacheMs, stepAt(cacheMs, nowMs));
    assert(Number.isInteger(at));
    assert(at * 1000 <= nowMs && nowMs - at * 1000 < cacheMs + 1000);
  }
});

function quote(id: string) {
  return quoteAt(settings, coin(id), { step: now, isFull: false });
}

Deno.test("`quoteAt()` prints digits that a double cannot hold", () => {
  const cap = quote("sim-huge")?.cap ?? "";
  assertEquals(cap.length, 17);
  assert(BigInt(cap) > 2n ** 53n);
  assertNotEquals(String(Number(cap)), cap);
});

Deno.test("`quoteAt()` prints tiny prices with an exponent", () => {
  const { price } = quote("sim-tiny") ?? {};
  assert(/^\d\.\d+e-06$/.test(price ?? ""), price);
});

Deno.test("`quoteAt()` handles stale, unpriced and empty coins", () => {
  assertEquals(quote("sim-stale")?.change, "null");
  assertNotEquals(quote("sim-stale")?.price, "null");
  assertEquals(quote("sim-unpriced")?.price, "null");
  assertEquals(quote("matic-network"), undefined);
});
