import { assert } from "@std/assert";
import { isLong } from "./seed.ts";
import { openWorld, pause } from "./world.ts";

const kills = isLong ? 20 : 8;

Deno.test(`a producer is killed ${kills} times, also while the broker is down`, async () => {
  await using world = await openWorld("producer kills");
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
    await pause(random.whole(100, 1_500));
    await life.producer.stop("SIGKILL");
  }
  await back;
  const last = await world.begin();
  await last.producer.untilStatus("it runs", () => true);
  await world.drained(last);
  assert(await last.producer.stop() === 0);
  const { served } = await world.assertSound();
  assert(served > 3 * kills, `only ${served} samples`);
});
