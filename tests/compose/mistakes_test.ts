import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ProcessResult } from "../../tasks/host/run_process.ts";
import { makeProject, type TestProject } from "./test_project.ts";

/** Checks that a command fails with these messages and leaves nothing. */
async function refuses(
  project: TestProject,
  { code, stdout, stderr }: ProcessResult,
  ...messages: string[]
): Promise<void> {
  assertEquals([code, stdout], [1, ""], stderr);
  for (const message of messages) assertStringIncludes(stderr, message);
  const lines = stderr.trim().split("\n");
  assertEquals(lines.at(-1)?.startsWith("Next: "), true, stderr);
  assertEquals(await project.leftovers(), [], "nothing is left");
  const networks = await project.networks();
  assertEquals(networks.includes(`${project.name}-standalone`), false);
  const env = await Deno.readTextFile(`${project.dir}/.env`);
  assertEquals(env.includes("deno task setup"), false, "nothing was recorded");
}

/** A sleeping container of another project. */
async function foreign(
  project: TestProject,
  ...args: string[]
): Promise<AsyncDisposable> {
  const image = ["denoland/deno:2.9.6", "sleep", "infinity"];
  const id = await project.must("run", "-d", ...args, ...image);
  return {
    async [Symbol.asyncDispose]() {
      await project.must("rm", "-f", id.trim());
    },
  };
}

/**
 * A user without access to a socket of mode 600. For root, which always has it,
 * that is the user 65534, with a copy of Deno that this user can run.
 */
async function ordinaryUser(project: TestProject) {
  if (Deno.uid() !== 0) return {};
  const deno = `${project.dir}/deno`;
  const cache = `${project.dir}/cache`;
  await Deno.copyFile(Deno.execPath(), deno);
  await Deno.chmod(deno, 0o755);
  await Deno.mkdir(cache);
  await Deno.chmod(cache, 0o777);
  const user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
  const as: [string, ...string[]] = ["setpriv", ...user, deno];
  return { as, env: { HOME: cache, DENO_DIR: cache } };
}

Deno.test("Docker missing, stopped and forbidden are distinct errors", async () => {
  await using project = await makeProject();
  const setup = (env: Record<string, string>) =>
    project.taskWith({ env }, "setup", "--standalone");
  await refuses(
    project,
    await setup({ PATH: project.dir }),
    "docker not found in PATH",
    "deno task setup --stack=native",
  );
  await refuses(
    project,
    await setup({ DOCKER_HOST: `unix://${project.dir}/none.sock` }),
    "Docker is installed but not running",
    "start Docker",
  );
  await refuses(
    project,
    await setup({ DOCKER_HOST: "tcp://127.0.0.1:9" }),
    "127.0.0.1:9 cannot be reached",
    "DOCKER_HOST",
  );
  const path = `${project.dir}/denied.sock`;
  using _socket = Deno.listen({ transport: "unix", path });
  await Deno.chmod(path, 0o600);
  const { as, env } = await ordinaryUser(project);
  if (as === undefined) await Deno.chmod(path, 0o000);
  await refuses(
    project,
    await project.taskWith(
      {
        ...as === undefined ? {} : { as },
        env: { ...env, DOCKER_HOST: `unix://${path}` },
      },
      "setup",
      "--standalone",
    ),
    "Docker runs, but this user has no permission to use it",
    "usermod -aG docker",
  );
});

Deno.test("setup names the owner of a port or name in use", async () => {
  await using project = await makeProject();
  const setup = () => project.task("setup", "--standalone");
  const { kafka, ui } = project.ports;
  {
    using _listener = Deno.listen({ hostname: "127.0.0.1", port: kafka });
    await refuses(
      project,
      await setup(),
      `port ${kafka} must be free for kafka: its owner is pid ${Deno.pid}`,
      "KAFKA_HOST_PORT=",
    );
  }
  {
    const name = `${project.name}-other`;
    await using _container = await foreign(
      project,
      ...["--name", name, "-p", `127.0.0.1:${ui}:80`],
    );
    await refuses(
      project,
      await setup(),
      `port ${ui} must be free for kafka-ui`,
      name,
      "KAFKA_UI_HOST_PORT=",
    );
  }
  const name = `${project.name}-kafka`;
  await using _container = await foreign(project, "--name", name);
  await refuses(
    project,
    await setup(),
    `the name ${name} is taken`,
    `docker rm -f ${name}`,
  );
});

Deno.test("an image that cannot be pulled ends setup before anything starts", async () => {
  await using project = await makeProject();
  const image = "images.invalid/zookeeper:1";
  await refuses(
    project,
    await project.taskWith(
      { env: { ZOOKEEPER_IMAGE: image } },
      ...["setup", "--standalone"] as const,
    ),
    `Pulling ${image}`,
    "the image registry cannot be reached",
  );
});

Deno.test("invalid settings are refused with exit code 2", async () => {
  await using project = await makeProject();
  const cases: [Record<string, string>, string[], string][] = [
    [{ KAFKA_UI_HOST_PORT: "80 80" }, [], 'KAFKA_UI_HOST_PORT is "80 80"'],
    [{ KAFKA_HOST_PORT: "0" }, [], "KAFKA_HOST_PORT"],
    [{}, ["--kraft", "--zookeeper"], "expected one of them"],
    [{}, ["--stack=native", "--standalone"], "--standalone only applies to"],
    [{}, ["--stack=podman"], '--stack is "podman"'],
  ];
  for (const [env, args, word] of cases) {
    const { code, stdout, stderr } = await project.taskWith(
      { env },
      "setup",
      ...args,
    );
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, word);
  }
  assertEquals(await project.leftovers(), []);
});
