import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { until } from "../harness/until.ts";
import {
  makeProject,
  simulated,
  type TestProject,
  untilHealthy,
} from "./test_project.ts";
import { partANames } from "../../tasks/docker/container.ts";
import { takePartA, testWithPartA } from "./sleepers.ts";

// Docker may report the end before or after the out-of-memory kill.
const outOfMemory = /memory limit|out of memory/;

interface Check {
  readonly name: string;
  readonly verdict: string;
  readonly detail: string;
  readonly next?: string;
}

/** Runs `verify --json`. */
async function verify(project: TestProject, ...args: string[]) {
  const ended = await project.task("verify", "--json", ...args);
  const { ok, checks } = JSON.parse(ended.stdout) as {
    ok: boolean;
    checks: Check[];
  };
  assertEquals(ended.code, ok ? 0 : 1, ended.stderr);
  const of = (name: string) => {
    const found = checks.find((check) => check.name === name);
    assert(found !== undefined, `${name} in ${ended.stdout}`);
    return found;
  };
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  assert(failed.every(({ next }) => next !== undefined));
  return { ok, checks, of, failed: failed.map(({ name }) => name) };
}

testWithPartA(
  "`verify` proves a stack of containers and names what is broken",
  async (t) => {
    await using project = await makeProject();
    await using sleepers = await takePartA(project);
    const { name, must } = project;
    const network = `${name}-lake`;
    await sleepers.network(network);
    await sleepers.start(network, ...partANames);
    await project.env(simulated);
    await project.mustTask("setup", "--producer");
    await project.simulate();

    await t.step("all flows through the producer's container", async () => {
      const { ok, checks, of } = await verify(project, "--wait=180s");
      assert(ok, JSON.stringify(checks, null, 1));
      assertEquals(checks.length, 16);
      assertStringIncludes(of("producer").detail, `container ${name}-producer`);
      assertStringIncludes(of("containers").detail, `${name}-zookeeper`);
      assertStringIncludes(
        of("listeners").detail,
        `localhost:${project.ports.kafka}, crypto-kafka:9092, kafka:29092 respond`,
      );
      // The UI refreshes its list of topics now and then, not per request.
      await until("the UI lists the topic", async () => {
        const { of } = await verify(project);
        return of("ui").detail.includes("lists crypto.prices.raw");
      });
      assertStringIncludes(of("part-a").detail, `run on ${network}`);
      const label = `label=com.docker.compose.project=${name}`;
      const format = ["--format", "{{.Names}}"];
      const all = await must("ps", "-a", "--filter", label, ...format);
      const odd = all.split("\n").filter((one) => one && !one.startsWith(name));
      assertEquals(odd, [], "the probe's container is gone");
    });

    await t.step("half of PART-A", async () => {
      await must("stop", "hive-metastore");
      const { of } = await verify(project);
      assertEquals(of("part-a").verdict, "fail");
      assertStringIncludes(of("part-a").detail, "hive-metastore is exited");
      assertStringIncludes(of("part-a").next ?? "", "start PART-A");
    });

    await t.step("a paused UI", async () => {
      await must("pause", `${name}-kafka-ui`);
      const { of } = await verify(project);
      assertStringIncludes(of("containers").detail, "kafka-ui is paused");
      assertEquals(of("ui").verdict, "fail");
      await must("unpause", `${name}-kafka-ui`);
    });

    await t.step("a listener that advertises another address", async () => {
      const moved = {
        EXTERNAL: "EXTERNAL://localhost:9093",
        INTERNAL: "INTERNAL://crypto-kafka:9092",
        DOCKER: "DOCKER://localhost:29092",
      };
      const environment = {
        KAFKA_ADVERTISED_LISTENERS: Object.values(moved).join(","),
      };
      const change = { services: { kafka: { environment } } };
      const file = `${project.dir}/change.json`;
      await Deno.writeTextFile(file, JSON.stringify(change));
      await must(
        ...["compose", "-f", "compose.yaml", "-f", "change.json"],
        ...["up", "-d", "--no-deps", "kafka"],
      );
      await untilHealthy(project, "kafka");
      const { of } = await verify(project);
      assertEquals(of("listeners").verdict, "fail");
      assertStringIncludes(of("listeners").detail, "advertises");
    });

    await t.step(
      "a broker that was stopped, then runs out of memory",
      async () => {
        await must("stop", `${name}-kafka`);
        const stopped = await verify(project);
        assertStringIncludes(
          stopped.of("containers").detail,
          "kafka was stopped",
        );
        assertEquals(stopped.of("listeners").verdict, "skip");
        assert(stopped.failed.includes("broker"));
        await must(
          ...["update", "--restart=no", "--memory=64m", "--memory-swap=64m"],
          `${name}-kafka`,
        );
        await must("start", `${name}-kafka`);
        await must("wait", `${name}-kafka`);
        const { of } = await verify(project);
        assertMatch(of("containers").detail, outOfMemory);
        assertStringIncludes(of("containers").next ?? "", "docker stats");
      },
    );

    await t.step("a producer that cannot read the project", async () => {
      await project.stopSimulator();
      await Deno.chmod(`${project.dir}/producer`, 0o700);
      await must("restart", `${name}-producer`);
      const found = await until("verify names the cause", async () => {
        const producer = (await verify(project)).of("producer");
        const isKnown = producer.detail.includes("cannot read the project");
        return isKnown ? producer : undefined;
      }, 60_000);
      assertEquals(found.verdict, "fail");
      assertStringIncludes(found.next ?? "", "chmod -R o+rX .");
      await Deno.chmod(`${project.dir}/producer`, 0o755);
    });

    // PART-A's network goes last.
    await must("compose", "down");
  },
);
