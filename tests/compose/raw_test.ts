import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { until } from "../harness/until.ts";
import {
  makeNetwork,
  makeProject,
  simulated,
  untilHealthy,
} from "./test_project.ts";

Deno.test("`docker compose up -d` works before dependencies and setup", async () => {
  await using project = await makeProject({ bare: true });
  await using network = await makeNetwork(project);
  await project.env({ ...simulated, DAS_NETWORK: network.name });
  await project.must("compose", "up", "-d");
  const message = await until("the container's message", async () => {
    const log = await project.docker("logs", `${project.name}-producer`);
    const text = (log.stdout + log.stderr).trim();
    return text === "" ? undefined : text.split("\n")[0];
  });
  assertEquals(message, "dependencies are missing: run deno task deps");
  for (const folder of ["node_modules", "vendor", "secrets", ".env/"]) {
    const exists = await Deno.stat(`${project.dir}/${folder}`).catch(() => {});
    assertEquals(exists, undefined, `the engine did not create ${folder}`);
  }
  await project.mustTask("deps");
  await project.must("compose", "restart", "crypto-producer");
  await project.simulate();
  await untilHealthy(project, "zookeeper", "kafka", "kafka-ui");
  const records = await project.records(2);
  assert(records.length >= 2);
  await project.mustTask("setup", "--standalone", "--producer");
  await project.stopSimulator();
  await project.mustTask("destroy", "--yes");
});

Deno.test("plain commands use what setup found: network, ports, names", async () => {
  await using project = await makeProject();
  await using network = await makeNetwork(project);
  await project.env({ ...simulated, DAS_NETWORK: network.name });
  await project.mustTask("setup", "--standalone", "--producer");
  await project.simulate();
  const before = await project.records(2);
  await project.stopSimulator();
  for (
    const command of [
      ["ps"],
      ["restart", "crypto-producer"],
      ["logs", "kafka"],
      ["down"],
      ["up", "-d"],
    ]
  ) {
    const { code, stderr } = await project.raw(...command);
    assertEquals(code, 0, `docker compose ${command.join(" ")}: ${stderr}`);
  }
  await untilHealthy(project, "kafka");
  const after = await project.records(before.length);
  assertEquals(after[0]?.headers.ce_id, before[0]?.headers.ce_id);
  await project.task("destroy", "--yes");
});

Deno.test("a clone that others cannot read gets the chmod to run", async () => {
  await using project = await makeProject();
  await using network = await makeNetwork(project);
  await project.env({ DAS_NETWORK: network.name });
  await project.must("compose", "up", "-d", "zookeeper", "kafka");
  await Deno.chmod(`${project.dir}/producer`, 0o700);
  const setup = await project.task("setup", "--standalone", "--producer");
  assertEquals(setup.code, 1);
  assertStringIncludes(setup.stderr, "chmod");
  await project.must("compose", "up", "-d", "crypto-producer");
  await until("the container's message", async () => {
    const log = await project.docker("logs", `${project.name}-producer`);
    const text = log.stdout + log.stderr;
    return text.includes("user 1993 cannot read") ? true : undefined;
  });
  await Deno.chmod(`${project.dir}/producer`, 0o755);
  await project.task("destroy", "--yes");
});
