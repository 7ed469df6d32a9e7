import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../tasks/host/run_process.ts";
import { projectDir } from "../../lib/project.ts";
import { until } from "../harness/until.ts";
import { finish } from "./flow.ts";
import { openProxied } from "./proxied.ts";
import { openWorld, pause, topic } from "./world.ts";

Deno.test("a second producer on the same state is refused, the first goes on", async () => {
  await using all = await openProxied("two on one state");
  const { world, proxy } = all;
  const first = await world.begin();
  for (let attempt = 1; attempt <= 2; attempt++) {
    await first.producer.untilStatus(
      "records flow",
      ({ counters }) => counters.published >= 10 * attempt,
    );
    await pause(world.random.whole(0, 300));
    const second = await world.begin();
    const { code } = await second.producer.child.status;
    assertEquals(code, 1);
    await until(
      "its last words",
      () => second.producer.stderr().includes("Next: ") || undefined,
    );
    assertStringIncludes(
      second.producer.stderr(),
      `another producer uses STATE_DIR "${second.stateDir}": ` +
        `pid ${first.producer.child.pid},`,
    );
    assertEquals(second.simulator.requests.length, 0, "it asked nobody");
  }
  await world.drained(first, 20);
  // A killed owner leaves no lock behind.
  await first.producer.stop("SIGKILL");
  await until("nothing is on its way", () => proxy.open() === 0);
  const third = await world.begin();
  await third.producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= 10,
  );
  await finish(world, third, 3);
  await world.assertSound();
});

interface Report {
  readonly checks: { name: string; verdict: string; detail: string }[];
}

Deno.test("two producers on two states: each is whole, and `verify` names them", async () => {
  await using world = await openWorld("two on two states");
  const one = await world.begin({ state: "one" });
  const two = await world.begin({ state: "two" });
  for (const life of [one, two]) {
    await life.producer.untilStatus(
      "records flow",
      ({ counters }) => counters.published >= 20,
    );
  }
  // Whether its newest records are of both is for their batches to say.
  const { detail } = await until("`verify` tells them apart", async () => {
    const { stdout } = await run(
      Deno.execPath(),
      ["run", "-q", "-P=tasks", "tasks/verify.ts", "--json"],
      {
        cwd: projectDir.pathname,
        env: {
          KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${world.broker.port}`,
          KAFKA_TOPIC: topic,
          ADMIN_ADDRESS: one.producer.admin,
          CRYPTO_IDS: "bitcoin,ethereum",
        },
      },
    );
    const report: Report = JSON.parse(stdout);
    return report.checks.find(({ name, verdict }) =>
      name === "writers" && verdict === "fail"
    );
  });
  assertStringIncludes(detail, "2 producers write in turn");
  // Whichever is killed, the other's records are not touched.
  await one.producer.stop("SIGKILL");
  const again = await world.begin({ state: "one" });
  await again.producer.untilStatus(
    "records flow",
    ({ counters }) => counters.published >= 10,
  );
  for (const life of [again, two]) {
    await finish(world, life, 3);
  }
  const { served } = await world.assertSound();
  assert(served >= 50, `only ${served} samples`);
});
