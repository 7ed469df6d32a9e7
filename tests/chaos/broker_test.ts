import { assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { assertUnaffected, flowing, waiting } from "./flow.ts";
import { isLong } from "./seed.ts";
import { openScenario, pause } from "./scenario.ts";

const killedMs = isLong ? 40_000 : 5_000;

Deno.test(`the broker is killed for ${killedMs / 1000} s and comes back with its data`, async () => {
  await using scenario = await openScenario("broker killed");
  const life = await flowing(scenario);
  await pause(scenario.random.whole(0, 300));
  await scenario.broker.kill("SIGKILL");
  await waiting(life, 10);
  await pause(killedMs);
  await until(
    "/ready reports it",
    async () => await life.producer.statusOf("/ready") === 503,
  );
  assertEquals(await life.producer.statusOf("/live"), 200);
  await scenario.broker.restart();
  await assertUnaffected(scenario, life);
});

const pausedMs = isLong ? 20_000 : 5_000;

Deno.test(`the broker is paused for ${pausedMs / 1000} s`, async () => {
  await using scenario = await openScenario("broker paused");
  const life = await flowing(scenario);
  await pause(scenario.random.whole(0, 300));
  await scenario.broker.kill("SIGSTOP");
  await waiting(life, 10);
  await pause(pausedMs);
  await scenario.broker.kill("SIGCONT");
  await assertUnaffected(scenario, life);
});
