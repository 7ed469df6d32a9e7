import { assert, assertEquals } from "@std/assert";
import { finish } from "./flow.ts";
import { isLong } from "./seed.ts";
import { openWorld, pause } from "./world.ts";

const pausedMs = isLong ? 10_000 : 4_000;
const intervalMs = 100;

Deno.test(`the producer is paused for ${pausedMs / 1000} s: slots are skipped, nothing comes in a burst`, async () => {
  await using world = await openWorld("producer paused");
  const life = await world.begin();
  const { producer, simulator } = life;
  await producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= 20,
  );
  const skippedBefore = (await producer.status()).counters.skipped;
  await pause(world.random.whole(0, 300));
  const last = simulator.requests.length;
  producer.child.kill("SIGSTOP");
  await pause(pausedMs);
  producer.child.kill("SIGCONT");
  await world.drained(life, 30);
  const { skipped } = (await producer.status()).counters;
  await finish(world, life, 1);
  await world.assertSound();

  const slots = pausedMs / intervalMs;
  assert(
    skipped - skippedBefore >= slots - 2,
    `${skipped - skippedBefore} slots were skipped, of about ${slots}`,
  );
  // A slot's poll may be late, so two can be close; but no more polls come
  // than slots, and the one whose answer the pause held up.
  const times = simulator.requests.slice(last).map(({ atMs }) => atMs);
  const most = (times.at(-1)! - times[0]!) / intervalMs + 2;
  assert(times.length <= most, `${times.length} polls in ${most} slots`);
  const polled = producer.lines.filter(({ message }) => message === "polled");
  const numbers = polled.map(({ slot }) => Number(slot));
  assertEquals(new Set(numbers).size, numbers.length, "no slot came twice");
});
