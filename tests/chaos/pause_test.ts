import { assert, assertEquals } from "@std/assert";
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
  assertEquals(await producer.stop(), 0, producer.stderr());
  await world.assertSound();

  const slots = pausedMs / intervalMs;
  assert(
    skipped - skippedBefore >= slots - 2,
    `${skipped - skippedBefore} slots were skipped, of about ${slots}`,
  );
  // Two polls within half an interval would be a burst, but for one begun
  // before the pause whose answer ended it.
  const times = simulator.requests.slice(last).map(({ atMs }) => atMs);
  const inARow = times.slice(1).filter((atMs, at) =>
    atMs - times[at]! < intervalMs / 2
  );
  assert(inARow.length <= 1, `${inARow.length} polls came in a burst`);
  const polled = producer.lines.filter(({ message }) => message === "polled");
  const numbers = polled.map(({ slot }) => Number(slot));
  assertEquals(new Set(numbers).size, numbers.length, "no slot came twice");
});
