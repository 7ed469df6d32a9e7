import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeProject, simulated, type TestProject } from "./test_project.ts";

async function readEnv(project: TestProject): Promise<string> {
  return await Deno.readTextFile(`${project.dir}/.env`);
}

async function isAnythingThere(project: TestProject): Promise<boolean> {
  const networks = await project.networks();
  return networks.includes(`${project.name}-standalone`) ||
    (await project.leftovers()).length > 0;
}

Deno.test("a failed setup is known to the commands after it", async (t) => {
  await using project = await makeProject();
  const network = `DAS_NETWORK=${project.name}-standalone`;
  await project.env({ ...simulated, COMPOSE_FILE: "compose.yaml:sick.yaml" });
  await Deno.writeTextFile(
    `${project.dir}/sick.yaml`,
    `services:
  kafka-ui:
    healthcheck:
      test: echo the UI is sick; exit 1
      interval: 1s
      retries: 1
      start_period: 0s
`,
  );

  await t.step("one service stays unhealthy: the rest runs on", async () => {
    const { code, stderr } = await project.task("setup", "--standalone");
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, "kafka-ui");
    const env = await readEnv(project);
    assertStringIncludes(env, network);
    assertStringIncludes(env, `KAFKA_UI_HOST_PORT=${project.ports.ui}`);
  });

  await t.step("the producer starts on their network", async () => {
    const { stdout } = await project.mustTask("produce", "--container");
    assertStringIncludes(stdout, `${project.name}-producer`);
  });

  await t.step("so it does where .env was lost", async () => {
    await Deno.writeTextFile(
      `${project.dir}/.env`,
      `COMPOSE_PROJECT_NAME=${project.name}\n`,
    );
    await project.must("rm", "-f", `${project.name}-producer`);
    await project.mustTask("produce", "--container");
    await project.env(simulated);
  });

  await t.step("setup, cured, stays standalone without the flag", async () => {
    const { stderr } = await project.mustTask("setup");
    assertStringIncludes(stderr, "without PART-A, as at the last setup");
    assertStringIncludes(await readEnv(project), network);
  });

  await t.step(
    "destroy lists what it removes, and keeps the rest",
    async () => {
      const stray = `${project.name}_kafka-kraft-data`;
      await project.must("volume", "create", stray);
      try {
        const asked = await project.task("destroy");
        assertEquals([asked.code, asked.stdout], [2, ""]);
        const { stderr } = await project.mustTask("destroy", "--yes");
        for (
          const line of [
            `container  ${project.name}-kafka`,
            `container  ${project.name}-producer`,
            `volume     ${project.name}_kafka-data`,
            `volume     ${project.name}_producer-state`,
            `network    ${project.name}-standalone`,
            ".env       what setup wrote: ",
            `volume     ${stray}: it lacks this project's label`,
          ]
        ) {
          assertStringIncludes(asked.stderr, line);
          assertStringIncludes(stderr, line);
        }
        await project.must("volume", "inspect", stray);
        assert(!await isAnythingThere(project));
        assert(!(await readEnv(project)).includes("deno task setup"));
      } finally {
        await project.docker("volume", "rm", stray);
      }
    },
  );
});

Deno.test("whatever a killed setup leaves is recorded", async () => {
  await using project = await makeProject();
  for (const seconds of ["0.8", "1.2", "1.8", "2.6", "4", "8"]) {
    await project.taskWith(
      { as: ["timeout", "-s", "KILL", seconds, Deno.execPath()] },
      ...["setup", "--standalone"] as const,
    );
    const isRecorded = (await readEnv(project)).includes("-standalone");
    assert(
      isRecorded || !await isAnythingThere(project),
      `something is there and not recorded after ${seconds} s`,
    );
    for (const name of ["status", "stop"]) await project.mustTask(name);
  }
  const { stderr } = await project.mustTask("setup");
  assertStringIncludes(stderr, "without PART-A, as at the last setup");
  await project.mustTask("destroy", "--yes");
  assert(!await isAnythingThere(project));
});
