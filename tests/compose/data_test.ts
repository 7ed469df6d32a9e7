import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makePlace, type Place } from "./place.ts";

/** Removes volumes of a stack that is down. */
async function lose(place: Place, ...names: string[]): Promise<void> {
  const volumes = names.map((name) => `${place.name}_${name}`);
  await place.must("volume", "rm", ...volumes);
}

/** `setup` that fails over a service; the log's own words are shown. */
async function fails(
  place: Place,
  service: string,
  said: RegExp,
  cause: string,
): Promise<void> {
  const { code, stdout, stderr } = await place.task("setup", "--standalone");
  assertEquals([code, stdout], [1, ""], stderr);
  assertMatch(stderr, new RegExp(`^  ${place.name}-${service} \\| `, "m"));
  assertMatch(stderr, said);
  assertStringIncludes(stderr, `setup: ${service} does not start: ${cause}`);
  assertStringIncludes(stderr, "Next: ");
}

Deno.test("lost volumes are told by cause, and destroy makes room for a new start", async (t) => {
  await using place = await makePlace();
  const first = await place.task("setup", "--standalone");
  assertEquals(first.code, 0, first.stderr);
  await place.must("compose", "down");

  await t.step("ZooKeeper's data is lost, its log is not", async () => {
    await lose(place, "zookeeper-data");
    await fails(
      place,
      "zookeeper",
      /No snapshot found, but there are log entries/,
      "ZooKeeper's data volume was lost while its log volume stayed",
    );
    await place.must("compose", "down");
  });

  await t.step("all of ZooKeeper's is lost, Kafka's data is not", async () => {
    await lose(place, "zookeeper-data", "zookeeper-log");
    await fails(
      place,
      "kafka",
      /Invalid cluster\.id/,
      "Kafka's volume belongs to another cluster",
    );
  });

  await t.step("destroy and setup begin anew", async () => {
    const { code, stderr } = await place.task("destroy", "--yes");
    assertEquals(code, 0, stderr);
    assertEquals(await place.leftovers(), []);
    const again = await place.task("setup", "--standalone");
    assertEquals(again.code, 0, again.stderr);
    assertEquals((await place.task("destroy", "--yes")).code, 0);
  });
});
