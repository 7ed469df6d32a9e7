import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { assertUnharmed, flowing, waiting } from "./flow.ts";
import { isLong, longTest } from "./seed.ts";
import { openWorld, pause } from "./world.ts";

longTest(
  "the broker is restarted again and again, in peace and by force",
  async () => {
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
  },
);

Deno.test(`the broker's address moves${isLong ? ", back, and again" : ""}`, async () => {
  const ports = [freePort(), freePort()] as const;
  await using world = await openWorld("broker moves", {
    port: ports[0],
    ports,
  });
  const life = await flowing(world);
  const moves = isLong ? [ports[1], ports[0], ports[1]] : [ports[1]];
  for (const port of moves) {
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
