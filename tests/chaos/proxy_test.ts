import { assert, assertEquals } from "@std/assert";
import { freePort } from "../../tasks/stack/native/port.ts";
import { until } from "../kafka/until.ts";
import type { Begun } from "./life.ts";
import { type Proxy, startProxy, type Treatment } from "./proxy.ts";
import { isLong } from "./seed.ts";
import { openWorld, pause, type World } from "./world.ts";

const pass: Treatment = { kind: "pass" };

/** A world whose producers reach the broker through a proxy only. */
async function openProxied(
  name: string,
): Promise<AsyncDisposable & { world: World; proxy: Proxy }> {
  await using stack = new AsyncDisposableStack();
  const [port, advertised] = [freePort(), freePort()];
  const proxy = stack.use(startProxy(advertised, port));
  const world = stack.use(await openWorld(name, { port, advertised }));
  const own = stack.move();
  return { world, proxy, [Symbol.asyncDispose]: () => own.disposeAsync() };
}

async function flowing(world: World, count = 10): Promise<Begun> {
  const life = await world.begin();
  await life.producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= count,
  );
  return life;
}

async function finish(world: World, life: Begun): Promise<void> {
  await world.drained(life, 20);
  assertEquals(await life.producer.stop(), 0, life.producer.stderr());
}

/** The answered requests that carried a batch again. */
function resent({ produced }: Proxy, number: number) {
  const { producerId, baseSequence } = produced[number - 1]!;
  return produced.slice(number).filter((request) =>
    request.producerId === producerId && request.baseSequence === baseSequence
  );
}

Deno.test("answers are lost after the append, with the connection", async () => {
  await using all = await openProxied("answers cut");
  const { world, proxy } = all;
  const life = await flowing(world);
  const cut: number[] = [];
  proxy.script(({ number }) => {
    // Now and then the second try's answer is lost as well.
    if (cut.length >= 6 || !world.random.chance(0.4)) return pass;
    cut.push(number);
    return { kind: "cut" };
  });
  await until("6 answers are lost", () => cut.length === 6 || undefined);
  await finish(world, life);
  for (const number of cut) {
    const [again] = resent(proxy, number);
    assertEquals(again?.records, proxy.produced[number - 1]!.records);
  }
  await world.assertSound();
});

Deno.test("an answer is lost and the connection says nothing", async () => {
  await using all = await openProxied("answer swallowed");
  const { world, proxy } = all;
  const life = await flowing(world);
  let swallowed = 0;
  proxy.script(({ number }) => {
    if (swallowed > 0) return pass;
    swallowed = number;
    return { kind: "swallow" };
  });
  await life.producer.untilStatus("it hangs", ({ waiting }) => waiting > 5);
  await finish(world, life);
  assert(resent(proxy, swallowed).length > 0, "the batch was sent again");
  await world.assertSound();
});

for (
  const { name, patience } of [
    { name: "a request lands before its second try", patience: "cut" },
    ...isLong
      ? [{ name: "a request lands after its client's patience", patience: "" }]
      : [],
  ]
) {
  Deno.test(`${name} has an answer`, async () => {
    await using all = await openProxied(name);
    const { world, proxy } = all;
    const life = await flowing(world);
    let held = 0;
    const landed = Promise.withResolvers<void>();
    // The second try waits until the first one has landed.
    proxy.script(({ number }) => {
      if (held > 0) return { kind: "hold", until: landed.promise };
      held = number;
      return { kind: "hold", until: landed.promise, cut: patience === "cut" };
    });
    await until(
      "the client tried again",
      () => (held > 0 && proxy.produced.length > held) || undefined,
      60_000,
    );
    proxy.script(() => pass);
    landed.resolve();
    await finish(world, life);
    await world.assertSound();
  });
}

Deno.test("requests are held back and land seconds after the batch was sent again", async () => {
  await using all = await openProxied("requests held");
  const { world, proxy } = all;
  const life = await flowing(world);
  for (let round = 1; round <= (isLong ? 4 : 2); round++) {
    let held = 0;
    const late = Promise.withResolvers<void>();
    proxy.script(({ number }) => {
      if (held > 0) return pass;
      held = number;
      return { kind: "hold", until: late.promise, cut: true };
    });
    await until("one is held", () => held > 0 || undefined);
    await world.drained(life, world.random.whole(1, 12));
    await pause(world.random.whole(500, 3_000));
    late.resolve();
    await until(
      "it has landed",
      () => proxy.produced[held - 1]!.answer ?? undefined,
    );
    await world.drained(life, world.random.whole(1, 5));
  }
  await finish(world, life);
  await world.assertSound();
});

Deno.test("the documented window: a request lands after its producer was killed", async () => {
  await using all = await openProxied("window");
  const { world, proxy } = all;
  const first = await flowing(world);
  const late = Promise.withResolvers<void>();
  let held = 0;
  proxy.script(({ number }) => {
    if (held === 0) held = number;
    return { kind: "hold", until: late.promise };
  });
  await until("one is held", () => held > 0 || undefined);
  await pause(world.random.whole(0, 500));
  await first.producer.stop("SIGKILL");
  proxy.script(() => pass);
  const second = await flowing(world);
  late.resolve();
  const answer = await until(
    "it has landed",
    () => proxy.produced[held - 1]!.answer,
  );
  await finish(world, second);
  const verdict = await world.judge();
  const { lost, outOfOrder, untrue } = verdict;
  assertEquals(
    { lost, outOfOrder, untrue },
    { lost: [], outOfOrder: [], untrue: [] },
  );
  // What was on its way is there twice, once each; nothing else is.
  assertEquals(answer.errorCode, 0);
  const { duplicated, duplicatedIds } = verdict;
  assertEquals(duplicated.length, proxy.produced[held - 1]!.records);
  assertEquals(new Set(duplicatedIds).size, duplicated.length);
});
