import { assert, assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { assertUnaffected, flowing, waiting } from "./flow.ts";
import { assertBack, logsConnections } from "./outage.ts";
import { openProxied } from "./proxied.ts";
import { isLong, longTest } from "./seed.ts";
import { openScenario, pause, type Scenario } from "./scenario.ts";

const env = logsConnections;

/** Kills the broker, and starts it again after a time. */
async function killed(
  { broker, random }: Scenario,
  ms: number,
  whileDown: () => Promise<void> = () => Promise.resolve(),
): Promise<{ beganMs: number; endedMs: number }> {
  await pause(random.whole(0, 300));
  await broker.kill("SIGKILL");
  const beganMs = Date.now();
  await whileDown();
  await pause(Math.max(0, beganMs + ms - Date.now()));
  await broker.restart();
  return { beganMs, endedMs: Date.now() };
}

const killedMs = isLong ? [3_000, 10_000, 40_000] : [1_000, 5_000];

Deno.test(`the broker is killed for ${killedMs.join(", ")} ms and comes back with its data`, async () => {
  await using scenario = await openScenario("broker killed");
  const life = await flowing(scenario, { env });
  for (const ms of killedMs) {
    const outage = await killed(scenario, ms, async () => {
      await waiting(life, 10);
      await until(
        "/ready reports it",
        async () => await life.producer.statusOf("/ready") === 503,
      );
      assertEquals(await life.producer.statusOf("/live"), 200);
    });
    await assertBack(life, { what: "killed", ...outage });
    await scenario.drained(life);
  }
  await assertUnaffected(scenario, life);
});

const forwardedMs = [3_000, 10_000, 40_000];

longTest("the broker is killed behind a port that stays open", async () => {
  await using all = await openProxied("broker killed behind an open port");
  const { scenario, proxy } = all;
  const life = await flowing(scenario, { env });
  for (const ms of forwardedMs) {
    const before = proxy.accepted();
    const outage = await killed(scenario, ms, () => waiting(life, 10));
    const dials = proxy.accepted() - before;
    const seconds = (outage.endedMs - outage.beganMs) / 1_000;
    // What is behind the port is examined too, once a minute.
    assert(dials <= seconds + 8, `${dials} connections in ${seconds} s`);
    await assertBack(life, { what: "killed behind an open port", ...outage });
    await scenario.drained(life);
  }
  await assertUnaffected(scenario, life);
});

const pausedMs = isLong ? [3_000, 20_000, 40_000] : [5_000];

Deno.test(`the broker is paused for ${pausedMs.join(", ")} ms`, async () => {
  await using scenario = await openScenario("broker paused");
  const life = await flowing(scenario, { env });
  for (const ms of pausedMs) {
    await pause(scenario.random.whole(0, 300));
    await scenario.broker.kill("SIGSTOP");
    const beganMs = Date.now();
    await waiting(life, 10);
    await pause(Math.max(0, beganMs + ms - Date.now()));
    await scenario.broker.kill("SIGCONT");
    const outage = { beganMs, endedMs: Date.now() };
    await assertBack(life, { what: "paused", ...outage });
    await scenario.drained(life);
  }
  await assertUnaffected(scenario, life);
});
