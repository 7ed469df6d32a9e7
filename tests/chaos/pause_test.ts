import { assert, assertEquals } from "@std/assert";
import { finish, flowing } from "./flow.ts";
import { isLong } from "./seed.ts";
import { openScenario, pause } from "./scenario.ts";

const pausedMs = isLong ? 10_000 : 4_000;
const intervalMs = 100;

Deno.test(`the producer is paused for ${pausedMs / 1000} s: slots are skipped, nothing is made up in a burst`, async () => {
  await using scenario = await openScenario("producer paused");
  const life = await flowing(scenario);
  const { producer, simulator } = life;
  const skippedBefore = (await producer.status()).counters.skipped;
  await pause(scenario.random.whole(0, 300));
  const last = simulator.requests.length;
  producer.child.kill("SIGSTOP");
  await pause(pausedMs);
  producer.child.kill("SIGCONT");
  await scenario.drained(life, 30);
  const { skipped } = (await producer.status()).counters;
  await finish(scenario, life, 1);
  await scenario.assertSound();

  const slots = pausedMs / intervalMs;
  assert(
    skipped - skippedBefore >= slots - 2,
    `${skipped - skippedBefore} slots were skipped, of about ${slots}`,
  );
  // A poll may be late, so two can be close; but there are no more polls than
  // slots, and the one whose response the pause delayed.
  const times = simulator.requests.slice(last).map(({ atMs }) => atMs);
  const max = (times.at(-1)! - times[0]!) / intervalMs + 2;
  assert(times.length <= max, `${times.length} polls in ${max} slots`);
  const polled = producer.lines.filter(({ message }) => message === "polled");
  const numbers = polled.map(({ slot }) => Number(slot));
  assertEquals(
    new Set(numbers).size,
    numbers.length,
    "no slot was polled twice",
  );
});
