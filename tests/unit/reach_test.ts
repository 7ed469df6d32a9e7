import { assert, assertEquals } from "@std/assert";
import { createReach, type Reach } from "../../kafka/reach.ts";
import type { Address } from "../../lib/address.ts";
import { FakeClock } from "../fakes/clock.ts";
import { seeded } from "../fakes/random.ts";

function at(port: number): Address {
  return { host: "broker", port };
}

const dead = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
const never = new AbortController().signal;
const hour = 3_600_000;

/** A client of brokers that are up or down, and its dials. */
function harness(seeds: readonly number[], error: Error = dead) {
  const clock = new FakeClock(0);
  const up = new Set<number>();
  const dials: { atMs: number; port: number }[] = [];
  /** What the network does, after the moment that a connection takes. */
  function connect({ port }: Address): boolean {
    dials.push({ atMs: clock.monotonic(), port });
    clock.advance(1);
    if (up.has(port)) reach.answered(at(port));
    else reach.failed(at(port), error);
    return up.has(port);
  }
  const reach: Reach = createReach({
    seeds: seeds.map(at),
    clock,
    random: seeded(7),
    look: (address) => Promise.resolve(connect(address)),
  });
  /** As kafkajs does: it retries at once. */
  function attempt(...ports: number[]): boolean {
    for (const port of [...ports, ...ports, ...ports]) {
      const early = reach.dial(at(port));
      if (early === undefined ? connect(at(port)) : false) return true;
      clock.advance(50);
    }
    return false;
  }
  return { clock, up, dials, reach, attempt };
}

for (const seeds of [[1], [1, 2], [1, 2, 3]]) {
  Deno.test(`\`createReach()\` dials ${seeds.length} dead brokers once a second in total`, async () => {
    const { clock, dials, reach, attempt } = harness(seeds);
    const random = seeded(1);
    while (clock.monotonic() < hour) {
      attempt(...seeds);
      assertEquals(await reach.rest(5_000 * random(), never), false);
    }
    const times = dials.slice(seeds.length).map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((ms, index) => ms - times[index]!);
    assert(Math.min(...gaps) >= 1_000, `${Math.min(...gaps)} ms apart`);
    assert(Math.max(...gaps) <= 1_300, `${Math.max(...gaps)} ms apart`);
    for (const port of seeds) {
      const part = dials.filter((dial) => dial.port === port).length;
      assert(part > 0.6 * dials.length / seeds.length, `${port}: ${part}`);
    }
  });
}

Deno.test("`Reach.rest()` ends when a broker answers again, which is free at once", async () => {
  const { clock, up, dials, reach, attempt } = harness([1]);
  attempt(1);
  assertEquals(await reach.rest(60, never), false);
  attempt(1);
  up.add(1);
  assertEquals(await reach.rest(30_000, never), true);
  assert(clock.monotonic() < 4_000, `at ${clock.monotonic()} ms`);
  assert(attempt(1));
  assertEquals(dials.length, 4);
});

Deno.test("`Reach.rest()` waits its time for a broker that answers, and fails otherwise", async () => {
  const { clock, up, dials, reach, attempt } = harness([1]);
  up.add(1);
  attempt(1);
  const beganMs = clock.monotonic();
  assertEquals(await reach.rest(700, never), false);
  assertEquals([clock.monotonic() - beganMs, dials.length], [700, 1]);
});

Deno.test("`Reach.rest()` looks at advertised brokers while a bootstrap broker answers", async () => {
  const { up, dials, reach, attempt } = harness([1, 2]);
  up.add(2);
  attempt(1, 2);
  attempt(9);
  assertEquals(reach.seeds(), [at(2)]);
  dials.length = 0;
  await reach.rest(10_000, never);
  const looked = new Set(dials.map(({ port }) => port));
  assertEquals([...looked].sort(), [1, 9]);
  up.delete(2);
  attempt(2);
  assertEquals(reach.seeds(), [at(1), at(2)]);
  dials.length = 0;
  await reach.rest(10_000, never);
  assert(dials.every(({ port }) => port !== 9), "no use without a bootstrap");
});

Deno.test("`createReach()` forgets a broker that failed long ago", async () => {
  const { clock, dials, reach, attempt } = harness([1]);
  attempt(9);
  clock.advance(hour);
  dials.length = 0;
  await reach.rest(10_000, never);
  assertEquals(dials, []);
});

/** How many dials there are in the tenth minute. */
async function inTenthMinute(error: Error, before: (reach: Reach) => void) {
  const { clock, dials, reach, attempt } = harness([1], error);
  before(reach);
  while (clock.monotonic() < 600_000) {
    attempt(1);
    await reach.rest(5_000, never);
  }
  return dials.filter(({ atMs }) => atMs >= 540_000).length;
}

Deno.test("`createReach()` dials a port that only closes connections ever more rarely, unless a broker has answered", async () => {
  const closing = new Error("the broker closed the connection");
  assertEquals(await inTenthMinute(closing, () => {}), 2);
  const had = await inTenthMinute(closing, (reach) => reach.answered(at(1)));
  assert(had > 50, `${had} dials`);
  const refusing = await inTenthMinute(dead, () => {});
  assert(refusing > 50, `${refusing} dials`);
});

Deno.test("`Reach.rest()` ends at a stop, and the last attempt is a real one", async () => {
  const { clock, dials, reach, attempt } = harness([1]);
  attempt(1);
  const beganMs = clock.monotonic();
  assertEquals(await reach.rest(30_000, AbortSignal.abort()), false);
  assertEquals(clock.monotonic(), beganMs);
  dials.length = 0;
  attempt(1);
  assertEquals(dials.length, 3);
});

Deno.test("`Reach.examined()` repeats an examination after a minute", async () => {
  const { clock, reach } = harness([1]);
  let count = 0;
  const examine = () => Promise.resolve(void count++);
  for (let second = 0; second < 130; second++) {
    await reach.examined(`port ${second % 2}`, examine);
    clock.advance(1_000);
  }
  assertEquals(count, 6);
});
