import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  makeProject,
  simulated,
  type TestProject,
  untilHealthy,
} from "./test_project.ts";
import { partANames } from "../../tasks/docker/container.ts";
import { takePartA, testWithPartA } from "./sleepers.ts";

const services = ["zookeeper", "kafka", "kafka-ui", "producer"] as const;

async function networksOf(
  project: TestProject,
  service: string,
): Promise<string[]> {
  const text = await project.must(
    ...["inspect", `${project.name}-${service}`, "--format"],
    "{{json .NetworkSettings.Networks}}",
  );
  return Object.keys(JSON.parse(text));
}

async function allOn(project: TestProject, network: string): Promise<void> {
  for (const service of services) {
    assertEquals(await networksOf(project, service), [network], service);
  }
}

/** The lines of `.env` between setup's markers. */
async function remembered(project: TestProject): Promise<string[]> {
  const text = await Deno.readTextFile(`${project.dir}/.env`).catch(() => "");
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.startsWith("# >>>"));
  const to = lines.findIndex((line) => line.startsWith("# <<<"));
  return from === -1 ? [] : lines.slice(from + 1, to);
}

async function flow(project: TestProject, atLeast: number): Promise<string[]> {
  const records = await project.records(atLeast);
  return records.map(({ headers }) => headers.ce_id ?? "");
}

testWithPartA(
  "a PART-A that is missing or incomplete is reported, and nothing is started",
  async () => {
    await using project = await makeProject();
    await using sleepers = await takePartA(project);
    const network = `${project.name}-lake`;
    await sleepers.network(network);
    const refusal = async () => {
      const { code, stdout, stderr } = await project.task("setup");
      assertEquals([code, stdout], [1, ""]);
      assertEquals(await project.leftovers(), [], "nothing was created");
      assertEquals(await remembered(project), []);
      assertStringIncludes(stderr, "deno task setup --standalone");
      return stderr;
    };
    assertStringIncludes(
      await refusal(),
      "containers hive-minio and hive-metastore are missing",
    );
    await sleepers.start(network, "hive-minio");
    assertStringIncludes(
      await refusal(),
      "container hive-metastore is missing",
    );
    await sleepers.start(network, "hive-metastore");
    await project.must("kill", "hive-metastore");
    assertStringIncludes(
      await refusal(),
      "hive-metastore of PART-A is not running (exited)",
    );
  },
);

testWithPartA(
  "standalone first, then PART-A under another network name: setup moves the stack",
  async (t) => {
    await using project = await makeProject();
    await using sleepers = await takePartA(project);
    const lake = `${project.name}-lake`;
    const standalone = `${project.name}-standalone`;
    await project.env(simulated);
    let before: string[] = [];

    await t.step("standalone, all four on a network of their own", async () => {
      await project.mustTask("setup", "--standalone", "--producer");
      await allOn(project, standalone);
      assert((await remembered(project)).includes(`DAS_NETWORK=${standalone}`));
      await project.simulate();
      before = await flow(project, 3);
      await project.stopSimulator();
    });

    await t.step(
      "setup again stays standalone while PART-A is missing",
      async () => {
        const { stderr } = await project.mustTask("setup");
        assertStringIncludes(stderr, `${standalone}, kept, without PART-A`);
        await allOn(project, standalone);
      },
    );

    await t.step("PART-A starts", async () => {
      await sleepers.network(lake);
      await sleepers.start(lake, ...partANames);
    });

    await t.step(
      "setup joins PART-A's network, whatever its name",
      async () => {
        const { stdout, stderr } = await project.mustTask("setup");
        assertStringIncludes(stderr, `using ${lake}`);
        assertMatch(stdout, /^kafka .*healthy/m);
        await allOn(project, lake);
        assert((await remembered(project)).includes(`DAS_NETWORK=${lake}`));
        const networks = await project.networks();
        assert(!networks.includes(standalone), "standalone's network is gone");
        const after = await flow(project, before.length);
        assertEquals(
          after.slice(0, before.length),
          before,
          "no record is lost",
        );
      },
    );

    await t.step("PART-A reaches the broker as kafka:29092", async () => {
      await project.must(
        ...["exec", "hive-minio", "deno", "eval", "-q"],
        'await Deno.connect({ hostname: "kafka", port: 29092 })',
      );
    });

    await t.step("plain commands stay on it, records keep coming", async () => {
      assertEquals((await project.raw("down")).code, 0);
      assertEquals((await project.raw("up", "-d")).code, 0);
      await untilHealthy(project, "zookeeper", "kafka", "kafka-ui", "producer");
      await allOn(project, lake);
      await project.simulate();
      const after = await flow(project, before.length + 3);
      assertEquals(after.slice(0, before.length), before);
      assertEquals(new Set(after).size, after.length, "no duplicate");
      await project.stopSimulator();
    });

    await t.step("setup again changes nothing", async () => {
      const list = ["ps", "-q", "--no-trunc", "--filter"];
      const ids = () => project.must(...list, `name=${project.name}-`);
      const [containers, env] = [await ids(), await remembered(project)];
      await project.mustTask("setup");
      assertEquals([await ids(), await remembered(project)], [containers, env]);
    });

    await t.step(
      "PART-A went down and returned with a new network",
      async () => {
        const known = await flow(project, before.length);
        await project.mustTask("stop");
        await sleepers.stop();
        await project.must("network", "rm", lake);
        await sleepers.network(lake);
        await sleepers.start(lake, ...partANames);
        await project.mustTask("setup");
        const after = await flow(project, known.length);
        assertEquals(after.slice(0, known.length), known, "no record is lost");
      },
    );

    await t.step("destroy leaves PART-A and its network alone", async () => {
      await project.mustTask("destroy", "--yes");
      assertEquals(await project.leftovers(), []);
      assertEquals(await remembered(project), []);
      const running = await project.must("ps", "--format", "{{.Names}}");
      for (const name of partANames) assertStringIncludes(running, name);
      await project.must("network", "inspect", lake);
    });
  },
);
