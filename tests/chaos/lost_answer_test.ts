import { assert, assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import { openProxied, pass, resent } from "./proxied.ts";
import { isLong } from "./seed.ts";
import { pause } from "./world.ts";

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

Deno.test("answers are lost, and the producer is killed before it can send again", async () => {
  await using all = await openProxied("answer lost, then a kill");
  const { world, proxy } = all;
  for (let round = 1; round <= (isLong ? 10 : 4); round++) {
    const life = await flowing(world);
    let lost = 0;
    proxy.script(({ number }) => {
      if (lost > 0) return { kind: "hold", until: new Promise(() => {}) };
      lost = number;
      return { kind: "swallow" };
    });
    await until(
      "the broker has it, the producer does not know",
      () => proxy.produced[lost - 1]?.answer,
    );
    await pause(world.random.whole(0, 1_000));
    await life.producer.stop("SIGKILL");
    proxy.script(() => pass);
  }
  await finish(world, await flowing(world));
  await world.assertSound();
});
