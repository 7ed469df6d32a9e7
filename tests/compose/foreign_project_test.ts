import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeNetwork, makeProject } from "./test_project.ts";

Deno.test("what a shell has for another Compose project is not touched", async () => {
  await using project = await makeProject();
  const other = `${project.name}-other`;
  const folder = `${project.dir}/other`;
  await Deno.mkdir(folder);
  const file = `${folder}/docker-compose.yml`;
  await Deno.writeTextFile(
    file,
    `name: ${other}
services:
  store:
    image: denoland/deno:2.9.6
    command: [eval, "setTimeout(() => {}, 600000)"]
    volumes: ["warehouse:/data"]
volumes:
  warehouse:
    name: ${other}-warehouse
`,
  );
  const env = {
    COMPOSE_FILE: file,
    COMPOSE_PROJECT_NAME: other,
    COMPOSE_PROFILES: "none",
    COMPOSE_DISABLE_ENV_FILE: "1",
    COMPOSE_IGNORE_ORPHANS: "true",
  };
  const args = ["compose", "-f", file, "-p", other];
  await project.must(...args, "up", "-d");
  try {
    await using _network = await makeNetwork(project);
    const setup = await project.taskWith({ env }, "setup", "--standalone");
    assertEquals(setup.code, 0, setup.stderr);
    assertStringIncludes(setup.stderr, "COMPOSE_FILE in the environment is");
    assert(setup.stdout.includes(String(project.ports.kafka)), setup.stdout);
    for (const name of ["stop", "destroy"]) {
      const flags = name === "destroy" ? ["--yes"] : [];
      const { code, stderr } = await project.taskWith({ env }, name, ...flags);
      assertEquals(code, 0, stderr);
    }
    const running = await project.must(...args, "ps", "-q", "store");
    assert(running.trim() !== "", "the other project's container runs on");
    await project.must("volume", "inspect", `${other}-warehouse`);
  } finally {
    await project.docker(...args, "down", "-t", "0", "-v");
  }
});
