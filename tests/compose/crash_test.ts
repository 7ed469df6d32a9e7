import { assert, assertEquals } from "@std/assert";
import { consume } from "../harness/consumer.ts";
import { until } from "../harness/until.ts";
import {
  makePlace,
  type Place,
  simulated,
  untilHealthy,
} from "./test_project.ts";

const topic = "crypto.prices.raw";

/**
 * Kills a container's main process on this machine, as a crash would.
 * (`docker kill` counts as a wish to stop, after which nothing starts again.)
 */
async function crash(place: Place, service: string): Promise<void> {
  const name = `${place.name}-${service}`;
  const inspect = async (format: string) =>
    (await place.must("inspect", name, "--format", format)).trim();
  const pid = Number(await inspect("{{.State.Pid}}"));
  const before = Number(await inspect("{{.RestartCount}}"));
  assert(pid > 1);
  Deno.kill(pid, "SIGKILL");
  await until(
    `${service} is started again`,
    async () =>
      Number(await inspect("{{.RestartCount}}")) > before ? true : undefined,
    60_000,
  );
}

/** Every record so far, each once, in order for each process of the producer. */
async function check(place: Place, atLeast: number): Promise<number> {
  const bootstrap = `localhost:${place.ports.kafka}`;
  const records = await consume(bootstrap, topic, atLeast);
  const ids = new Set(records.map(({ headers }) => headers.ce_id));
  assertEquals(ids.size, records.length, "none twice");
  const byInstance = Map.groupBy(records, ({ headers }) => headers.instance);
  for (const own of byInstance.values()) {
    const numbers = own.map(({ headers }) => Number(headers.sequence));
    assertEquals(numbers, numbers.map((_, index) => index + 1), "none missing");
  }
  return records.length;
}

Deno.test("each container comes back from a crash, and no record is lost", async () => {
  await using place = await makePlace();
  await place.env(simulated);
  const setup = await place.task("setup", "--standalone", "--producer");
  assertEquals(setup.code, 0, setup.stderr);
  await place.simulate();
  let records = await check(place, 3);
  for (const service of ["kafka", "zookeeper", "kafka-ui", "producer"]) {
    await crash(place, service);
    await untilHealthy(place, "zookeeper", "kafka", "kafka-ui");
    // Who shares the producer's network namespace has lost it with it.
    if (service === "producer") await place.simulate();
    records = await check(place, records + 3);
  }
  await place.must("rm", "-f", `${place.name}-simulator`);

  // Both at once, and then no setup but raw commands: what an outage leaves.
  await Promise.all([crash(place, "kafka"), crash(place, "zookeeper")]);
  assertEquals((await place.raw("down")).code, 0);
  assertEquals((await place.raw("up", "-d")).code, 0);
  await untilHealthy(place, "zookeeper", "kafka", "kafka-ui", "producer");
  await place.simulate();
  await check(place, records + 3);
  await place.must("rm", "-f", `${place.name}-simulator`);
  assertEquals((await place.task("destroy", "--yes")).code, 0);
});
