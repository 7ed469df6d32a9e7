import { assertEquals } from "@std/assert";
import {
  crash,
  makeProject,
  simulated,
  type TestProject,
  untilHealthy,
} from "./test_project.ts";

/** Checks that each record exists once, in the order of its producer process. */
async function check(project: TestProject, atLeast: number): Promise<number> {
  const records = await project.records(atLeast);
  const ids = new Set(records.map(({ headers }) => headers.ce_id));
  assertEquals(ids.size, records.length, "no duplicate");
  const byInstance = Map.groupBy(records, ({ headers }) => headers.instance);
  for (const own of byInstance.values()) {
    const numbers = own.map(({ headers }) => Number(headers.sequence));
    assertEquals(numbers, numbers.map((_, index) => index + 1), "none missing");
  }
  return records.length;
}

Deno.test("each container comes back from a crash, and no record is lost", async () => {
  await using project = await makeProject();
  await project.env(simulated);
  await project.mustTask("setup", "--standalone", "--producer");
  await project.simulate();
  let records = await check(project, 3);
  for (const service of ["kafka", "zookeeper", "kafka-ui", "producer"]) {
    await crash(project, service);
    await untilHealthy(project, "zookeeper", "kafka", "kafka-ui");
    // The simulator shared the network namespace of the producer.
    if (service === "producer") await project.simulate();
    records = await check(project, records + 3);
  }
  await project.stopSimulator();

  // Both at once, and then plain commands without setup, as after an outage.
  await Promise.all([crash(project, "kafka"), crash(project, "zookeeper")]);
  assertEquals((await project.raw("down")).code, 0);
  assertEquals((await project.raw("up", "-d")).code, 0);
  await untilHealthy(project, "zookeeper", "kafka", "kafka-ui", "producer");
  await project.simulate();
  await check(project, records + 3);
  await project.stopSimulator();
  await project.mustTask("destroy", "--yes");
});
