import { assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { assertUnharmed, flowing, waiting } from "./flow.ts";
import { isLong } from "./seed.ts";
import { openWorld, pause } from "./world.ts";

const killedMs = isLong ? 40_000 : 5_000;

Deno.test(`the broker is killed for ${killedMs / 1000} s and comes back with its data`, async () => {
  await using world = await openWorld("broker killed");
  const life = await flowing(world);
  await pause(world.random.whole(0, 300));
  await world.broker.kill("SIGKILL");
  await waiting(life, 10);
  await pause(killedMs);
  await until(
    "/ready tells it",
    async () => await life.producer.statusOf("/ready") === 503,
  );
  assertEquals(await life.producer.statusOf("/live"), 200);
  await world.broker.restart();
  await assertUnharmed(world, life);
});

const pausedMs = isLong ? 20_000 : 5_000;

Deno.test(`the broker is paused for ${pausedMs / 1000} s`, async () => {
  await using world = await openWorld("broker paused");
  const life = await flowing(world);
  await pause(world.random.whole(0, 300));
  await world.broker.kill("SIGSTOP");
  await waiting(life, 10);
  await pause(pausedMs);
  await world.broker.kill("SIGCONT");
  await assertUnharmed(world, life);
});
