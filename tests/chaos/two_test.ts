import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { task } from "../harness/clone.ts";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import { openProxied } from "./proxied.ts";
import { openScenario, pause, topic } from "./scenario.ts";

Deno.test("a second producer on the same state folder is refused, the first continues", async () => {
  await using all = await openProxied("two on one state");
  const { scenario, proxy } = all;
  const first = await scenario.start();
  for (let attempt = 1; attempt <= 2; attempt++) {
    await first.producer.untilPublished(10 * attempt);
    await pause(scenario.random.whole(0, 300));
    const second = await scenario.start();
    const { code } = await second.producer.child.status;
    assertEquals(code, 1);
    await until(
      "its error message",
      () => second.producer.stderr().includes("Next: "),
    );
    assertStringIncludes(
      second.producer.stderr(),
      `another producer uses STATE_DIR "${second.stateDir}": ` +
        `pid ${first.producer.child.pid},`,
    );
    assertEquals(second.simulator.requests.length, 0, "it polled nothing");
  }
  await scenario.drained(first, 20);
  // A killed owner leaves no lock behind.
  await first.producer.stop("SIGKILL");
  await until("nothing is in flight", () => proxy.open() === 0);
  const third = await flowing(scenario);
  await finish(scenario, third, 3);
  await scenario.assertSound();
});

interface Report {
  readonly checks: { name: string; verdict: string; detail: string }[];
}

Deno.test("two producers on two state folders: neither is affected, and `verify` detects both", async () => {
  await using scenario = await openScenario("two on two states");
  const one = await scenario.start({ state: "one" });
  const two = await scenario.start({ state: "two" });
  for (const life of [one, two]) {
    await life.producer.untilPublished(20);
  }
  // Only some batches leave records of both among the newest.
  const { detail } = await until("`verify` detects both", async () => {
    const { stdout } = await task("verify", ["--json"], {
      KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${scenario.broker.port}`,
      KAFKA_TOPIC: topic,
      ADMIN_ADDRESS: one.producer.admin,
      CRYPTO_IDS: "bitcoin,ethereum",
    });
    const report: Report = JSON.parse(stdout);
    return report.checks.find(({ name, verdict }) =>
      name === "writers" && verdict === "fail"
    );
  });
  assertStringIncludes(detail, "2 producers write alternately");
  // A kill of one does not affect the records of the other.
  await one.producer.stop("SIGKILL");
  const again = await flowing(scenario, { state: "one" });
  for (const life of [again, two]) {
    await finish(scenario, life, 3);
  }
  const { served } = await scenario.assertSound();
  assert(served >= 50, `only ${served} samples`);
});
