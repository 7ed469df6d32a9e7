import { assert, assertEquals } from "@std/assert";
import { freePort } from "../../tasks/stack/native/port.ts";
import { until } from "../kafka/until.ts";
import type { Begun } from "./life.ts";
import { isLong } from "./seed.ts";
import { openWorld, pause, type World } from "./world.ts";

/** Starts a producer that has to live through all that follows. */
async function flowing(world: World): Promise<Begun> {
  const life = await world.begin();
  await life.producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= 10,
  );
  return life;
}

/** Waits until so many records wait for the broker. */
async function waiting({ producer }: Begun, count: number): Promise<void> {
  await producer.untilStatus(
    `${count} records wait`,
    (status) => status.waiting >= count,
  );
}

/** The one producer ends well, and no sample is amiss. */
async function assertUnharmed(world: World, life: Begun): Promise<void> {
  await world.drained(life, 10);
  assertEquals(await life.producer.stop(), 0, life.producer.stderr());
  const { served } = await world.assertSound();
  const last = life.producer.lines.at(-1);
  assertEquals(last?.samples, last?.published);
  assert(served >= 50, `only ${served} samples`);
}

const killedMs = isLong ? 40_000 : 5_000;

Deno.test(`the broker is killed for ${killedMs / 1000} s and comes back with its data`, async () => {
  await using world = await openWorld("broker killed");
  const life = await flowing(world);
  await pause(world.random.whole(0, 300));
  await world.broker.kill("SIGKILL");
  await waiting(life, 10);
  await pause(killedMs);
  assertEquals(await life.producer.statusOf("/ready"), 503);
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

Deno.test("the broker is restarted again and again, in peace and by force", async () => {
  await using world = await openWorld("broker restarts");
  const life = await flowing(world);
  for (let restart = 1; restart <= (isLong ? 6 : 2); restart++) {
    await pause(world.random.whole(0, 1_500));
    await world.broker.kill(restart % 2 === 0 ? "SIGTERM" : "SIGKILL");
    await pause(world.random.whole(0, 2_000));
    await world.broker.restart();
    // Now and then it goes again before all is sent.
    if (world.random.chance(0.5)) await world.drained(life, 1);
  }
  await assertUnharmed(world, life);
});

Deno.test("the broker's address moves, and moves back", async () => {
  const ports = [freePort(), freePort()] as const;
  await using world = await openWorld("broker moves", {
    port: ports[0],
    ports,
  });
  const life = await flowing(world);
  for (const port of [ports[1], ports[0]]) {
    await world.broker.kill("SIGKILL");
    await waiting(life, world.random.whole(1, 10));
    await world.broker.move(port);
    await until("it is found", async () => {
      const { waiting } = await life.producer.status();
      return waiting === 0 || undefined;
    }, 120_000);
  }
  await assertUnharmed(world, life);
});
