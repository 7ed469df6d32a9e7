import { assert, assertEquals } from "@std/assert";
import { makeProject, simulated, untilHealthy } from "./test_project.ts";

Deno.test("without ZooKeeper and back: each mode keeps its own data", async () => {
  await using project = await makeProject();
  await project.env(simulated);
  const firstIds = async () => {
    const records = await project.records(2);
    return records.slice(0, 2).map(({ headers }) => headers.ce_id);
  };
  async function setup(...flags: string[]): Promise<string> {
    const { stdout } = await project.mustTask(
      "setup",
      "--standalone",
      "--producer",
      ...flags,
    );
    await project.simulate();
    return stdout;
  }
  assert((await setup()).includes("zookeeper"));
  const withZooKeeper = await firstIds();

  assert(!(await setup("--kraft")).includes("zookeeper"));
  const withKraft = await firstIds();
  assert(withKraft[0] !== withZooKeeper[0], "it has a volume of its own");
  await project.mustTask("verify", "--wait=180s", "--json");

  // Plain commands stay in that mode.
  await project.stopSimulator();
  assertEquals((await project.raw("down")).code, 0);
  assertEquals((await project.raw("up", "-d")).code, 0);
  await untilHealthy(project, "kafka");
  const { stdout } = await project.raw("ps", "--services");
  assert(!stdout.includes("zookeeper"), stdout);
  assertEquals(await firstIds(), withKraft);

  // The mode changes without another flag too.
  const back = await project.task("setup", "--standalone", "--zookeeper");
  assert(back.stdout.includes("zookeeper"), back.stdout + back.stderr);
  await setup();
  assertEquals(await firstIds(), withZooKeeper);
  await project.stopSimulator();
  await project.mustTask("destroy", "--yes");
  assertEquals(await project.leftovers(), [], "both modes' volumes are gone");
});
