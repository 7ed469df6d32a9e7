import { assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import { openProxied, pass, treatNext } from "./proxied.ts";
import { isLong } from "./seed.ts";
import { assertNone, pause } from "./scenario.ts";

for (
  const { name, cut } of [
    { name: "a request arrives before its retry", cut: true },
    ...isLong
      ? [{ name: "a request arrives after its client's timeout", cut: false }]
      : [],
  ]
) {
  Deno.test(`${name} has a response`, async () => {
    await using all = await openProxied(name);
    const { scenario, proxy } = all;
    const life = await flowing(scenario);
    const arrived = Promise.withResolvers<void>();
    const hold = { kind: "hold", until: arrived.promise } as const;
    // The retry waits until the first attempt has arrived.
    const held = await treatNext(proxy, { ...hold, cut }, hold);
    await until("the client retried", () => proxy.produced.length > held);
    proxy.script(() => pass);
    arrived.resolve();
    await finish(scenario, life);
    await scenario.assertSound();
  });
}

Deno.test("requests are delayed and arrive seconds after the batch was resent", async () => {
  await using all = await openProxied("requests held");
  const { scenario, proxy } = all;
  const life = await flowing(scenario);
  for (let round = 1; round <= (isLong ? 4 : 2); round++) {
    const late = Promise.withResolvers<void>();
    const hold = { kind: "hold", until: late.promise, cut: true } as const;
    const held = await treatNext(proxy, hold);
    await scenario.drained(life, scenario.random.whole(1, 12));
    await pause(scenario.random.whole(500, 3_000));
    late.resolve();
    await until(
      "it has arrived",
      () => proxy.produced[held - 1]!.response ?? undefined,
    );
    await scenario.drained(life, scenario.random.whole(1, 5));
  }
  await finish(scenario, life);
  await scenario.assertSound();
});

Deno.test("the documented window: a request arrives after its producer was killed", async () => {
  await using all = await openProxied("window");
  const { scenario, proxy } = all;
  const first = await flowing(scenario);
  const late = Promise.withResolvers<void>();
  const hold = { kind: "hold", until: late.promise } as const;
  const held = await treatNext(proxy, hold, hold);
  await pause(scenario.random.whole(0, 500));
  await first.producer.stop("SIGKILL");
  proxy.script(() => pass);
  const second = await flowing(scenario);
  late.resolve();
  const response = await until(
    "it has arrived",
    () => proxy.produced[held - 1]!.response,
  );
  await finish(scenario, second);
  const verdict = await scenario.judge();
  assertNone(verdict, "lost", "outOfOrder", "unexpected");
  // Each record in flight is there twice; nothing else is.
  assertEquals(response.errorCode, 0);
  const { duplicated, duplicatedIds } = verdict;
  assertEquals(duplicated.length, proxy.produced[held - 1]!.records);
  assertEquals(new Set(duplicatedIds).size, duplicated.length);
});
