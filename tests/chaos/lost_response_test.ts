import { assert, assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import { openProxied, pass, resent, treatNext } from "./proxied.ts";

Deno.test("responses are lost after the append, with the connection", async () => {
  await using all = await openProxied("responses cut");
  const { scenario, proxy } = all;
  const life = await flowing(scenario);
  const cut: number[] = [];
  proxy.script(({ number }) => {
    // Sometimes the response to the retry is lost as well.
    if (cut.length >= 6 || !scenario.random.chance(0.4)) return pass;
    cut.push(number);
    return { kind: "cut" };
  });
  await until("6 responses are lost", () => cut.length === 6);
  await finish(scenario, life);
  for (const number of cut) {
    const [retry] = resent(proxy, number);
    assertEquals(retry?.records, proxy.produced[number - 1]!.records);
  }
  await scenario.assertSound();
});

Deno.test("a response is lost and the connection stays silent", async () => {
  await using all = await openProxied("response swallowed");
  const { scenario, proxy } = all;
  const life = await flowing(scenario);
  const swallowed = await treatNext(proxy, { kind: "swallow" });
  await life.producer.untilStatus("it hangs", ({ waiting }) => waiting > 5);
  await finish(scenario, life);
  assert(resent(proxy, swallowed).length > 0, "the batch was resent");
  await scenario.assertSound();
});
