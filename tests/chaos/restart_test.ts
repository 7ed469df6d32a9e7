import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { assertUnaffected, flowing, waiting } from "./flow.ts";
import { isLong, longTest } from "./seed.ts";
import { openScenario, pause } from "./scenario.ts";

longTest(
  "the broker is restarted repeatedly, by SIGTERM and by SIGKILL",
  async () => {
    await using scenario = await openScenario("broker restarts");
    const life = await flowing(scenario);
    for (let restart = 1; restart <= (isLong ? 6 : 2); restart++) {
      await pause(scenario.random.whole(0, 1_500));
      await scenario.broker.kill(restart % 2 === 0 ? "SIGTERM" : "SIGKILL");
      await pause(scenario.random.whole(0, 2_000));
      await scenario.broker.restart();
      // Sometimes it is killed again before all is sent.
      if (scenario.random.chance(0.5)) await scenario.drained(life, 1);
    }
    await assertUnaffected(scenario, life);
  },
);

Deno.test(`the broker's address moves${isLong ? ", back, and again" : ""}`, async () => {
  const ports = [freePort(), freePort()] as const;
  await using scenario = await openScenario("broker moves", {
    port: ports[0],
    ports,
  });
  const life = await flowing(scenario);
  const moves = isLong ? [ports[1], ports[0], ports[1]] : [ports[1]];
  for (const port of moves) {
    await scenario.broker.kill("SIGKILL");
    await waiting(life, scenario.random.whole(1, 10));
    await scenario.broker.move(port);
    await until("it is found", async () => {
      const { waiting } = await life.producer.status();
      return waiting === 0;
    }, 120_000);
  }
  await assertUnaffected(scenario, life);
});
