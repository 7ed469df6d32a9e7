import { assert, assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { isLong } from "./seed.ts";
import { finish } from "./flow.ts";
import { openProxied } from "./proxied.ts";
import { openWorld, pause } from "./world.ts";

const kills = isLong ? 20 : 8;

Deno.test(`a producer is killed ${kills} times, also while the broker is down`, async () => {
  await using all = await openProxied("producer kills");
  const { world, proxy } = all;
  const { random, broker } = world;
  const downFrom = random.whole(2, Math.floor(kills / 2));
  const downTo = downFrom + random.whole(2, 4);
  let back: Promise<void> | undefined;
  for (let kill = 1; kill <= kills; kill++) {
    const life = await world.begin();
    if (kill === downFrom) {
      await pause(random.whole(0, 700));
      await broker.kill("SIGKILL");
    }
    // While it comes back the kills go on.
    if (kill === downTo) back = broker.restart();
    // Some die while they start, most in the middle of their work.
    if (random.chance(0.7)) {
      await until(
        "it polls",
        () => life.simulator.requests.length > 0 || undefined,
      );
    }
    await pause(random.whole(0, 1_200));
    await life.producer.stop("SIGKILL");
    // A request that lands after the next start is the documented window.
    await until("nothing is on its way", () => proxy.open() === 0);
  }
  await back;
  const last = await world.begin();
  await last.producer.untilStatus("it runs", () => true);
  await finish(world, last, 3);
  const { served } = await world.assertSound();
  assert(served > kills, `only ${served} samples`);
});

Deno.test("the oracle sees what is lost when a state folder is wiped", async () => {
  await using world = await openWorld("state wiped");
  const first = await world.begin();
  await first.producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= 5,
  );
  await world.broker.kill("SIGKILL");
  await first.producer.untilStatus("5 wait", ({ waiting }) => waiting >= 5);
  await first.producer.stop("SIGKILL");
  const { served, polled } = first.evidence();
  // The line of the newest poll may have been lost with its writer.
  const kept = Math.max(served.length - 1, polled);
  await Deno.remove(first.stateDir, { recursive: true });
  await world.broker.restart();
  const second = await world.begin();
  await second.producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= 5,
  );
  await finish(world, second, 1);
  const { lost, duplicated, outOfOrder, untrue } = await world.judge();
  // A batch that was on its way when the broker died may have got there.
  assert(lost.length > 0, "what waited is gone");
  assert(lost.at(-1)?.startsWith(`${kept} of `), lost.at(-1));
  assertEquals([...duplicated, ...outOfOrder, ...untrue], []);
});
