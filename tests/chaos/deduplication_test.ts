import { assert, assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import { reconciliations, type RunningLife } from "./life.ts";
import { openProxied, pass } from "./proxied.ts";
import type { SeenProduce, Treatment } from "./proxy.ts";
import { isLong } from "./seed.ts";
import { pause } from "./scenario.ts";

const rounds = isLong ? 8 : 2;

/** How many records a producer found in the topic when it started. */
async function deduplicated(life: RunningLife): Promise<number> {
  return await until("it has reconciled", () => reconciliations(life)[0]);
}

/** Where a request is when its producer is killed. */
const places: {
  readonly name: string;
  readonly treat: (until: Promise<void>) => Treatment;
}[] = [
  { name: "appended, unacknowledged", treat: () => ({ kind: "swallow" }) },
  {
    name: "in flight, arriving before the next start",
    treat: (until) => ({ kind: "hold", until }),
  },
];

for (const { name, treat } of places) {
  Deno.test(`a batch is ${name} when its producer is killed: the next one finds it`, async () => {
    await using all = await openProxied(name);
    const { scenario, proxy } = all;
    let life = await flowing(scenario);
    for (let round = 1; round <= rounds; round++) {
      const killed = Promise.withResolvers<void>();
      const skip = scenario.random.whole(0, 4);
      let hit: SeenProduce["number"] | undefined;
      const from = proxy.produced.length + 1 + skip;
      proxy.script(({ number }) => {
        if (number < from) return pass;
        hit ??= number;
        return treat(killed.promise);
      });
      await until("a request is affected", () => hit);
      if (name.startsWith("appended")) {
        await until(
          "it is appended",
          () => proxy.produced[hit! - 1]!.response,
        );
      }
      await pause(scenario.random.whole(0, 300));
      await life.producer.stop("SIGKILL");
      proxy.script(() => pass);
      killed.resolve();
      const { response, records } = await until("it has arrived", () => {
        const request = proxy.produced[hit! - 1]!;
        return request.response && request;
      });
      assertEquals(response?.errorCode, 0, "it was appended");
      // What was acknowledged before leaves the outbox while the next request
      // is on its way: on a busy machine, the kill may come first.
      const before = proxy.produced[hit! - 2]?.records ?? 0;
      life = await flowing(scenario);
      const found = await deduplicated(life);
      assert(
        found === records || found === before + records,
        `found ${found} of ${records}, ${before} before them, round ${round}`,
      );
    }
    await finish(scenario, life, 5);
    const { served } = await scenario.assertSound();
    assert(served > 3 * rounds, `only ${served} samples`);
  });
}

Deno.test("the very first batch is appended, unacknowledged, when its producer is killed", async () => {
  await using all = await openProxied("first batch");
  const { scenario, proxy } = all;
  // No position is stored yet: only the records' timestamps say where to look.
  proxy.script(() => ({ kind: "swallow" }));
  const first = await scenario.start();
  const { records } = await until("it is appended", () => {
    // A topic that was just created may reject the first ones.
    return proxy.produced.find(({ response }) => response?.errorCode === 0);
  });
  await pause(scenario.random.whole(0, 300));
  await first.producer.stop("SIGKILL");
  proxy.script(() => pass);
  const next = await flowing(scenario);
  await finish(scenario, next, 10);
  assertEquals(await deduplicated(next), records);
  await scenario.assertSound();
});

Deno.test("the broker dies after the append: it recognizes the batch from its log", async () => {
  await using all = await openProxied("dies after append");
  const { scenario, proxy } = all;
  const life = await flowing(scenario);
  for (let round = 1; round <= (isLong ? 5 : 1); round++) {
    const from = proxy.produced.length + 1 + scenario.random.whole(0, 4);
    proxy.script(({ number }) => ({
      kind: number === from ? "swallow" : "pass",
    }));
    const { baseOffset } = await until(
      "it is appended",
      () => proxy.produced[from - 1]?.response,
    );
    await scenario.broker.kill("SIGKILL");
    await pause(scenario.random.whole(0, 500));
    await scenario.broker.restart();
    await scenario.drained(life, 5);
    const resent = proxy.produced.slice(from).find(({ response }) =>
      response?.errorCode === 0
    );
    assertEquals(resent?.response?.baseOffset, baseOffset, "no second append");
  }
  await finish(scenario, life, 1);
  await scenario.assertSound();
});
