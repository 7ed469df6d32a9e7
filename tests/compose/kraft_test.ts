import { assert, assertEquals } from "@std/assert";
import { consume } from "../harness/consumer.ts";
import { makePlace, simulated, untilHealthy } from "./test_project.ts";

const topic = "crypto.prices.raw";

Deno.test("without ZooKeeper and back: each mode keeps its own data", async () => {
  await using place = await makePlace();
  await place.env(simulated);
  const firstIds = async () => {
    const records = await consume(`localhost:${place.ports.kafka}`, topic, 2);
    return records.slice(0, 2).map(({ headers }) => headers.ce_id);
  };
  async function setup(...flags: string[]): Promise<string> {
    const { code, stdout, stderr } = await place.task(
      "setup",
      "--standalone",
      "--producer",
      ...flags,
    );
    assertEquals(code, 0, stderr);
    await place.simulate();
    return stdout;
  }
  assert((await setup()).includes("zookeeper"));
  const withZooKeeper = await firstIds();

  assert(!(await setup("--kraft")).includes("zookeeper"));
  const withKraft = await firstIds();
  assert(withKraft[0] !== withZooKeeper[0], "it has a volume of its own");
  const verify = await place.task("verify", "--wait=180s", "--json");
  assertEquals(verify.code, 0, verify.stdout);

  // The mode lasts for commands that know nothing of it.
  await place.must("rm", "-f", `${place.name}-simulator`);
  assertEquals((await place.raw("down")).code, 0);
  assertEquals((await place.raw("up", "-d")).code, 0);
  await untilHealthy(place, "kafka");
  const { stdout } = await place.raw("ps", "--services");
  assert(!stdout.includes("zookeeper"), stdout);
  assertEquals(await firstIds(), withKraft);

  await setup("--zookeeper");
  assertEquals(await firstIds(), withZooKeeper);
  await place.must("rm", "-f", `${place.name}-simulator`);
  assertEquals((await place.task("destroy", "--yes")).code, 0);
  assertEquals(await place.leftovers(), [], "both modes' volumes are gone");
});
