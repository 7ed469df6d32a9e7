import { assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import { openProxied, pass } from "./proxied.ts";
import { isLong } from "./seed.ts";
import { pause } from "./world.ts";

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
