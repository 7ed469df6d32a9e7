import { assert } from "@std/assert";
import { until } from "../harness/until.ts";
import { isLong } from "./seed.ts";
import { finish, flowing, waiting } from "./flow.ts";
import { openProxied } from "./proxied.ts";
import { assertNone, openScenario, pause } from "./scenario.ts";

const kills = isLong ? 20 : 8;

Deno.test(`a producer is killed ${kills} times, also while the broker is down`, async () => {
  await using all = await openProxied("producer kills");
  const { scenario, proxy } = all;
  const { random, broker } = scenario;
  const downFrom = random.whole(2, Math.floor(kills / 2));
  const downTo = downFrom + random.whole(2, 4);
  let back: Promise<void> | undefined;
  for (let kill = 1; kill <= kills; kill++) {
    const life = await scenario.start();
    if (kill === downFrom) {
      await pause(random.whole(0, 700));
      await broker.kill("SIGKILL");
    }
    // The kills continue while it comes back.
    if (kill === downTo) back = broker.restart();
    // Some die during their start, most while they work.
    if (random.chance(0.7)) {
      await until(
        "it polls",
        () => life.simulator.requests.length > 0,
      );
    }
    await pause(random.whole(0, 1_200));
    await life.producer.stop("SIGKILL");
    // A request that arrives after the next start is the documented window.
    await until("nothing is in flight", () => proxy.open() === 0);
  }
  await back;
  const last = await scenario.start();
  await last.producer.untilStatus("it runs", () => true);
  await finish(scenario, last, 3);
  const { served } = await scenario.assertSound();
  assert(served > kills, `only ${served} samples`);
});

Deno.test("the oracle detects what is lost when a state folder is wiped", async () => {
  await using scenario = await openScenario("state wiped");
  const first = await flowing(scenario);
  await scenario.broker.kill("SIGKILL");
  await waiting(first, 5);
  await first.producer.stop("SIGKILL");
  const { served, polled } = first.evidence();
  // The log line of the newest poll may have been lost in the kill.
  const kept = Math.max(served.length - 1, polled);
  await Deno.remove(first.stateDir, { recursive: true });
  await scenario.broker.restart();
  const second = await flowing(scenario);
  await finish(scenario, second, 1);
  const verdict = await scenario.judge();
  const { lost } = verdict;
  // A batch in flight when the broker died may have been appended.
  assert(lost.length > 0, "the waiting records are lost");
  assert(lost.at(-1)?.startsWith(`${kept} of `), lost.at(-1));
  assertNone(verdict, "duplicated", "outOfOrder", "unexpected");
});
