import { assert, assertEquals } from "@std/assert";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";
import { finish } from "./flow.ts";
import type { Begun } from "./life.ts";
import { type SeenProduce, startProxy, type Treatment } from "./proxy.ts";
import { isLong } from "./seed.ts";
import { openWorld, pause, type World } from "./world.ts";

const rounds = isLong ? 8 : 2;

async function flowing(world: World): Promise<Begun> {
  const life = await world.begin();
  await life.producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= 3,
  );
  return life;
}

/** How many records a start found in the topic. */
async function deduplicated({ producer }: Begun): Promise<number> {
  const look = await until(
    "it has looked",
    () =>
      producer.lines.find(({ message }) =>
        message === "compared the outbox with the topic"
      ),
  );
  return Number(look.deduplicated);
}

/** Where a request is when its producer is killed. */
const places: {
  readonly name: string;
  readonly treat: (until: Promise<void>) => Treatment;
}[] = [
  { name: "appended, unanswered", treat: () => ({ kind: "swallow" }) },
  {
    name: "on its way, landing before the next start",
    treat: (until) => ({ kind: "hold", until }),
  },
];

for (const { name, treat } of places) {
  Deno.test(`a batch is ${name} when its producer is killed: the next one finds it`, async () => {
    const [port, advertised] = [freePort(), freePort()];
    await using proxy = startProxy(advertised, port);
    await using world = await openWorld(name, { port, advertised });
    const expected: number[] = [];
    const found: number[] = [];
    let life = await flowing(world);
    for (let round = 1; round <= rounds; round++) {
      const killed = Promise.withResolvers<void>();
      const skip = world.random.whole(0, 4);
      let met: SeenProduce["number"] | undefined;
      const from = proxy.produced.length + 1 + skip;
      proxy.script(({ number }) => {
        if (number < from) return { kind: "pass" };
        met ??= number;
        return treat(killed.promise);
      });
      await until("one is met", () => met);
      if (name.startsWith("appended")) {
        await until(
          "it is appended",
          () => proxy.produced[met! - 1]!.answer,
        );
      }
      await pause(world.random.whole(0, 300));
      await life.producer.stop("SIGKILL");
      proxy.script(() => ({ kind: "pass" }));
      killed.resolve();
      const { answer, records } = await until("it has landed", () => {
        const request = proxy.produced[met! - 1]!;
        return request.answer && request;
      });
      assertEquals(answer?.errorCode, 0, "it was appended");
      expected.push(records);
      life = await flowing(world);
      found.push(await deduplicated(life));
    }
    await finish(world, life, 5);
    assertEquals(found, expected);
    const { served } = await world.assertSound();
    assert(served > 3 * rounds, `only ${served} samples`);
  });
}

Deno.test("the very first batch is appended, unanswered, when its producer is killed", async () => {
  const [port, advertised] = [freePort(), freePort()];
  await using proxy = startProxy(advertised, port);
  await using world = await openWorld("first batch", { port, advertised });
  // No position is known yet: only the records' times tell where to look.
  proxy.script(() => ({ kind: "swallow" }));
  const first = await world.begin();
  const { records } = await until("it is appended", () => {
    // A topic just made may refuse the first ones.
    return proxy.produced.find(({ answer }) => answer?.errorCode === 0);
  });
  await pause(world.random.whole(0, 300));
  await first.producer.stop("SIGKILL");
  proxy.script(() => ({ kind: "pass" }));
  const next = await flowing(world);
  await finish(world, next, 10);
  assertEquals(await deduplicated(next), records);
  await world.assertSound();
});

Deno.test("the broker dies after the append: it knows the batch again from its log", async () => {
  const [port, advertised] = [freePort(), freePort()];
  await using proxy = startProxy(advertised, port);
  await using world = await openWorld("dies after append", {
    port,
    advertised,
  });
  const life = await flowing(world);
  for (let round = 1; round <= (isLong ? 5 : 1); round++) {
    const from = proxy.produced.length + 1 + world.random.whole(0, 4);
    proxy.script(({ number }) => ({
      kind: number === from ? "swallow" : "pass",
    }));
    const { baseOffset } = await until(
      "it is appended",
      () => proxy.produced[from - 1]?.answer,
    );
    await world.broker.kill("SIGKILL");
    await pause(world.random.whole(0, 500));
    await world.broker.restart();
    await world.drained(life, 5);
    const again = proxy.produced.slice(from).find(({ answer }) =>
      answer?.errorCode === 0
    );
    assertEquals(again?.answer?.baseOffset, baseOffset, "no second append");
  }
  await finish(world, life, 1);
  await world.assertSound();
});
