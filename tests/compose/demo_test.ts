import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../harness/until.ts";
import { makeProject, type TestProject } from "./test_project.ts";

/** Unreachable, so that the demo uses the simulator on every machine. */
const env = { COINGECKO_API_URL: "http://127.0.0.1:9/api/v3" };

/** The engine's objects are counted below: one such test at a time. */
async function alone(): Promise<Disposable> {
  const file = join(tmpdir(), "crypto-stream-test-demo.lock");
  const lock = await Deno.open(file, { write: true, create: true });
  await lock.lock(true);
  return lock;
}

/**
 * An image whose containers run until they are killed: verify's probe would
 * otherwise run for a second only.
 */
async function longRunning(project: TestProject): Promise<
  AsyncDisposable & {
    readonly image: string;
  }
> {
  const image = `${project.name}-long-running`;
  const label = `com.docker.compose.project=${project.name}`;
  const { must } = project;
  const made = await must("create", "--label", label, "denoland/deno:2.9.6");
  const entry = `ENTRYPOINT ["sh", "-c", "sleep 3600"]`;
  await must("commit", "--change", entry, made.trim(), image);
  return {
    image,
    async [Symbol.asyncDispose]() {
      await project.must("rm", "-f", made.trim());
      await project.must("image", "rm", "-f", image);
    },
  };
}

/** The engine's containers, volumes and networks of demos. */
async function left(project: TestProject): Promise<string[]> {
  const lists = await Promise.all([
    project.must("ps", "-a", "--format", "{{.Names}}"),
    project.must("volume", "ls", "--format", "{{.Name}}"),
    project.must("network", "ls", "--format", "{{.Name}}"),
  ]);
  return lists.join("\n").split("\n").filter((name) =>
    name.startsWith("crypto-demo-")
  );
}

async function anonymous(project: TestProject): Promise<number> {
  const list = await project.must("volume", "ls", "-q", "-f", "dangling=true");
  return list.split("\n").filter((name) => /^[0-9a-f]{64}$/.test(name)).length;
}

Deno.test("`demo --stack=compose` proves a stack and leaves nothing", async () => {
  using _lock = await alone();
  await using project = await makeProject();
  const before = await anonymous(project);
  const args = ["demo", "--stack=compose"] as const;
  const { code, stdout, stderr } = await project.taskWith({ env }, ...args);
  assertEquals(code, 0, stdout + stderr);
  assertStringIncludes(stdout, "Data flows: 16 checks, none failed");
  assertStringIncludes(stdout, "market cap");
  for (const line of stdout.split("\n")) {
    if (/^(ok|skip|coin|bitcoin) /.test(line)) assert(line.length <= 80, line);
  }
  assertEquals(await left(project), []);
  assert(await anonymous(project) <= before, "no anonymous volume is left");
  const state = Array.from(Deno.readDirSync(project.dir), ({ name }) => name);
  assertEquals(state.includes(".state"), false);
});

Deno.test("`demo --stack=compose` leaves nothing after a Ctrl-C", async (t) => {
  using _lock = await alone();
  await using project = await makeProject();
  await using probe = await longRunning(project);
  const moments: Readonly<Record<string, () => Promise<boolean>>> = {
    "as the network is made": async () => (await left(project)).length > 0,
    "as containers are made": async () => (await left(project)).length > 3,
    "as Kafka starts": async () => {
      const filter = ["--filter", "name=crypto-demo-.*-kafka$"];
      return (await project.must("ps", "-q", ...filter)) !== "";
    },
    "as verify asks on the network": async () => {
      const filter = ["--filter", "label=com.docker.compose.oneoff=True"];
      const list = ["ps", "--format", "{{.Networks}}", ...filter];
      return (await project.must(...list)).includes("crypto-demo-");
    },
  };
  for (const [name, isThere] of Object.entries(moments)) {
    await t.step(name, async () => {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-P=tasks", "tasks/demo.ts", "--stack=compose"],
        cwd: project.dir,
        env: { ...env, DENO_IMAGE: probe.image },
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      let code: number | undefined;
      const ended = child.status.then((status) => code = status.code);
      await until(name, async () => {
        return code !== undefined || await isThere() ? true : undefined;
      }, 300_000);
      assertEquals(code, undefined, "it is still running");
      // One Ctrl-C arrives twice under `deno task`.
      child.kill("SIGINT");
      child.kill("SIGINT");
      assertEquals(await ended, 130);
      assertEquals(await left(project), []);
    });
  }
});
