import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { consume } from "../harness/consumer.ts";
import {
  makePlace,
  type Place,
  simulated,
  untilHealthy,
} from "./test_project.ts";
import { partA, takePartA } from "./sleepers.ts";

const topic = "crypto.prices.raw";
const services = ["zookeeper", "kafka", "kafka-ui", "producer"] as const;

/** The networks that a container is on. */
async function networksOf(place: Place, service: string): Promise<string[]> {
  const text = await place.must(
    ...["inspect", `${place.name}-${service}`, "--format"],
    "{{json .NetworkSettings.Networks}}",
  );
  return Object.keys(JSON.parse(text));
}

async function allOn(place: Place, network: string): Promise<void> {
  for (const service of services) {
    assertEquals(await networksOf(place, service), [network], service);
  }
}

/** The lines of `.env` between setup's markers. */
async function remembered(place: Place): Promise<string[]> {
  const text = await Deno.readTextFile(`${place.dir}/.env`).catch(() => "");
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.startsWith("# >>>"));
  const to = lines.findIndex((line) => line.startsWith("# <<<"));
  return from === -1 ? [] : lines.slice(from + 1, to);
}

async function flow(place: Place, atLeast: number): Promise<string[]> {
  const bootstrap = `localhost:${place.ports.kafka}`;
  const records = await consume(bootstrap, topic, atLeast);
  return records.map(({ headers }) => headers.ce_id ?? "");
}

Deno.test("a PART-A that is absent or half there is named, and nothing is started", async () => {
  await using place = await makePlace();
  await using sleepers = await takePartA(place);
  if (sleepers === undefined) return;
  const network = `${place.name}-lake`;
  await sleepers.network(network);
  const refusal = async () => {
    const { code, stdout, stderr } = await place.task("setup");
    assertEquals([code, stdout], [1, ""]);
    assertEquals(await place.leftovers(), [], "nothing was made");
    assertEquals(await remembered(place), []);
    assertStringIncludes(stderr, "deno task setup --standalone");
    return stderr;
  };
  assertStringIncludes(
    await refusal(),
    "containers hive-minio and hive-metastore are missing",
  );
  await sleepers.start(network, "hive-minio");
  assertStringIncludes(await refusal(), "container hive-metastore is missing");
  await sleepers.start(network, "hive-metastore");
  await place.must("kill", "hive-metastore");
  assertStringIncludes(
    await refusal(),
    "hive-metastore of PART-A does not run (exited)",
  );
});

Deno.test("standalone first, then PART-A under another network name: setup moves over", async (t) => {
  await using place = await makePlace();
  await using sleepers = await takePartA(place);
  if (sleepers === undefined) return;
  const lake = `${place.name}-lake`;
  const standalone = `${place.name}-standalone`;
  await place.env(simulated);
  let before: string[] = [];

  await t.step("standalone, all four on a network of our own", async () => {
    const { code, stderr } = await place.task(
      "setup",
      "--standalone",
      "--producer",
    );
    assertEquals(code, 0, stderr);
    await allOn(place, standalone);
    assert((await remembered(place)).includes(`DAS_NETWORK=${standalone}`));
    await place.simulate();
    before = await flow(place, 3);
    await place.must("rm", "-f", `${place.name}-simulator`);
  });

  await t.step(
    "setup again stays without PART-A while there is none",
    async () => {
      const { code, stderr } = await place.task("setup");
      assertEquals(code, 0, stderr);
      assertStringIncludes(stderr, `${standalone}, kept, without PART-A`);
      await allOn(place, standalone);
    },
  );

  await t.step("PART-A comes up beside it", async () => {
    await sleepers.network(lake);
    await sleepers.start(lake, ...partA);
  });

  await t.step("setup takes PART-A's network, whatever its name", async () => {
    const { code, stdout, stderr } = await place.task("setup");
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, `${lake} is taken`);
    assertMatch(stdout, /^kafka .*healthy/m);
    await allOn(place, lake);
    assert((await remembered(place)).includes(`DAS_NETWORK=${lake}`));
    const networks = await place.must("network", "ls", "--format", "{{.Name}}");
    assert(!networks.split("\n").includes(standalone), "ours is gone");
    const after = await flow(place, before.length);
    assertEquals(after.slice(0, before.length), before, "no record is lost");
  });

  await t.step("Spark's side finds the broker as kafka:29092", async () => {
    await place.must(
      ...["exec", "hive-minio", "deno", "eval", "-q"],
      'await Deno.connect({ hostname: "kafka", port: 29092 })',
    );
  });

  await t.step("raw commands stay on it, records go on", async () => {
    assertEquals((await place.raw("down")).code, 0);
    assertEquals((await place.raw("up", "-d")).code, 0);
    await untilHealthy(place, "zookeeper", "kafka", "kafka-ui", "producer");
    await allOn(place, lake);
    await place.simulate();
    const after = await flow(place, before.length + 3);
    assertEquals(after.slice(0, before.length), before);
    assertEquals(new Set(after).size, after.length, "none is double");
    await place.must("rm", "-f", `${place.name}-simulator`);
  });

  await t.step("setup again changes nothing", async () => {
    const ids = () =>
      place.must("ps", "-q", "--no-trunc", "--filter", `name=${place.name}-`);
    const [containers, env] = [await ids(), await remembered(place)];
    const { code, stderr } = await place.task("setup");
    assertEquals(code, 0, stderr);
    assertEquals([await ids(), await remembered(place)], [containers, env]);
  });

  await t.step(
    "PART-A went down and came back: its network is another",
    async () => {
      const known = await flow(place, before.length);
      assertEquals((await place.task("stop")).code, 0);
      await sleepers.stop();
      await place.must("network", "rm", lake);
      await sleepers.network(lake);
      await sleepers.start(lake, ...partA);
      const { code, stderr } = await place.task("setup");
      assertEquals(code, 0, stderr);
      const after = await flow(place, known.length);
      assertEquals(after.slice(0, known.length), known, "no record is lost");
    },
  );

  await t.step("destroy leaves PART-A and its network alone", async () => {
    const { code, stderr } = await place.task("destroy", "--yes");
    assertEquals(code, 0, stderr);
    assertEquals(await place.leftovers(), []);
    assertEquals(await remembered(place), []);
    const running = await place.must("ps", "--format", "{{.Names}}");
    for (const name of partA) assertStringIncludes(running, name);
    await place.must("network", "inspect", lake);
  });
});
