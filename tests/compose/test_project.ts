// A clone of this project with a Compose project, prefix, ports and network of
// its own. All of it is removed at the end.

import { projectDir } from "../../lib/project.ts";
import { type ProcessResult, run } from "../../tasks/host/run_process.ts";
import { copyProject } from "../harness/clone.ts";
import { consume, type Consumed } from "../harness/consumer.ts";
import { freePorts } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

/** The clone and its stack. */
export interface TestProject extends AsyncDisposable {
  readonly dir: string;
  /** The name of the Compose project, and the prefix of its containers. */
  readonly name: string;
  readonly ports: {
    readonly kafka: number;
    readonly ui: number;
    readonly zookeeper: number;
    readonly lake: number;
  };
  /** Runs `deno task NAME ARGS` in the clone. */
  task(name: string, ...args: string[]): Promise<ProcessResult>;
  /** The same with more variables; `as` replaces `deno` in front. */
  taskWith(
    change: {
      readonly env?: Readonly<Record<string, string>>;
      readonly as?: readonly [string, ...string[]];
    },
    name: string,
    ...args: string[]
  ): Promise<ProcessResult>;
  /** Like {@linkcode task}, but throws its output when it fails. */
  mustTask(name: string, ...args: string[]): Promise<ProcessResult>;
  /** Runs `docker ARGS` in the clone. */
  docker(...args: string[]): Promise<ProcessResult>;
  /**
   * Runs `docker compose ARGS` with nothing but the names in the environment:
   * network, ports and file come from what `setup` wrote to `.env`.
   */
  raw(...args: string[]): Promise<ProcessResult>;
  /** Like {@linkcode docker}, but throws its output when it fails. */
  must(...args: string[]): Promise<string>;
  /** Sets variables in `.env`. */
  env(lines: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Serves prices at the address that {@linkcode simulated} names, inside the
   * producer's network namespace: its permission set stays as shipped.
   */
  simulate(): Promise<void>;
  stopSimulator(): Promise<void>;
  /** All records of the topic, once there are so many. */
  records(atLeast: number): Promise<Consumed[]>;
  networks(): Promise<string[]>;
  /** The ids of the project's containers, volumes and networks. */
  leftovers(): Promise<string[]>;
}

/** `.env` of a producer that polls the simulator in its own namespace. */
export const simulated: Readonly<Record<string, string>> = {
  COINGECKO_API_URL: "http://127.0.0.1:9470/api/v3",
  SOURCE_SYSTEM: "coingecko_simulator",
  API_INTERVAL_SECONDS: "1",
  CRYPTO_IDS: "bitcoin,ethereum",
};

function runIn(
  cwd: string | URL,
  env: Readonly<Record<string, string>>,
  [program, ...args]: readonly [string, ...string[]],
): Promise<ProcessResult> {
  return run(program, args, { cwd, env: { NO_COLOR: "1", ...env } });
}

async function copyPackages(to: string): Promise<void> {
  for (const folder of ["node_modules", "vendor"]) {
    const args = ["-R", folder, to];
    const { code, stderr } = await run("cp", args, { cwd: projectDir });
    if (code !== 0) throw new Error(stderr);
  }
}

/**
 * Creates the clone; nothing runs yet.
 *
 * @param options `bare` leaves out the dependencies, as in a fresh clone.
 */
export async function makeProject(
  options: { readonly bare?: boolean } = {},
): Promise<TestProject> {
  const root = new URL(".state/", projectDir);
  await Deno.mkdir(root, { recursive: true });
  const name = `test-${crypto.randomUUID().slice(0, 8)}`;
  const dir = `${root.pathname}${name}`;
  await Deno.mkdir(dir);
  await copyProject(dir);
  if (!options.bare) await copyPackages(dir);
  // Commands take the project from .env alone.
  await Deno.writeTextFile(`${dir}/.env`, `COMPOSE_PROJECT_NAME=${name}\n`);
  const [kafka = 0, ui = 0, zookeeper = 0, lake = 0] = freePorts(4);
  const names = { COMPOSE_PROJECT_NAME: name, STACK_NAME: name };
  const variables = {
    ...names,
    KAFKA_HOST_PORT: String(kafka),
    KAFKA_UI_HOST_PORT: String(ui),
    ZOOKEEPER_HOST_PORT: String(zookeeper),
    LAKE_HOST_PORT: String(lake),
    // A producer on this machine must not be found.
    ADMIN_ADDRESS: "off",
    CI: "",
  };
  const label = `com.docker.compose.project=${name}`;
  const ofProject = ["--filter", `label=${label}`];

  function task(...args: string[]): Promise<ProcessResult> {
    return runIn(dir, variables, [Deno.execPath(), "task", "-q", ...args]);
  }

  function docker(...args: string[]): Promise<ProcessResult> {
    return runIn(dir, variables, ["docker", ...args]);
  }

  async function must(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await docker(...args);
    if (code === 0) return stdout;
    throw new Error(`docker ${args.join(" ")}: ${stdout}${stderr}`);
  }

  async function idsOf(...list: string[]): Promise<string[]> {
    return (await must(...list, ...ofProject)).split("\n").filter(Boolean);
  }

  async function leftovers(): Promise<string[]> {
    const found = await Promise.all([
      idsOf("ps", "-aq"),
      idsOf("volume", "ls", "-q"),
      idsOf("network", "ls", "-q"),
    ]);
    return found.flat();
  }

  return {
    dir,
    name,
    ports: { kafka, ui, zookeeper, lake },
    task,
    async mustTask(...args) {
      const ended = await task(...args);
      if (ended.code === 0) return ended;
      throw new Error(`${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
    },
    taskWith({ env = {}, as = [Deno.execPath()] }, ...args) {
      const command = [...as, "task", "-q", ...args] as const;
      return runIn(dir, { ...variables, ...env }, command);
    },
    docker,
    raw: (...args) => runIn(dir, names, ["docker", "compose", ...args]),
    must,
    async env(values) {
      const path = `${dir}/.env`;
      const before = await Deno.readTextFile(path).catch(() => "");
      const own = Object.entries(values).map(([key, value]) =>
        `${key}=${value}\n`
      );
      const kept = before.split("\n").filter((line) =>
        !Object.keys(values).some((key) => line.startsWith(`${key}=`))
      ).join("\n");
      await Deno.writeTextFile(path, own.join("") + kept);
    },
    async simulate() {
      // A container that restarts has no network namespace to share.
      await until("the producer's container runs", async () => {
        const name = `${variables.STACK_NAME}-producer`;
        const { stdout } = await docker(
          ...["inspect", name, "--format", "{{.State.Status}}"],
        );
        return stdout.trim() === "running";
      });
      await docker("rm", "-f", `${name}-simulator`);
      await must(
        ...["run", "-d", "--name", `${name}-simulator`, "--label", label],
        ...["--network", `container:${name}-producer`],
        ...["-v", `${dir}:/app:ro`, "-w", "/app", "denoland/deno:2.9.6"],
        ...["run", "-q", "--cached-only", "--frozen", "-P=tasks"],
        ...["tasks/simulate.ts", "--port=9470", "--cache-seconds=1"],
      );
    },
    records: (atLeast) =>
      consume(`localhost:${kafka}`, "crypto.prices.raw", atLeast),
    async stopSimulator() {
      await must("rm", "-f", `${name}-simulator`);
    },
    networks: async () =>
      (await must("network", "ls", "--format", "{{.Name}}")).split("\n"),
    leftovers,
    async [Symbol.asyncDispose]() {
      const remove = async (list: string[], ...command: string[]) => {
        const ids = await idsOf(...list);
        if (ids.length > 0) await docker(...command, ...ids);
      };
      await remove(["ps", "-aq"], "rm", "-f", "-v");
      await remove(["volume", "ls", "-q"], "volume", "rm", "-f");
      await remove(["network", "ls", "-q"], "network", "rm");
      // Not Compose's: a failed test leaves it.
      await docker("network", "rm", `${name}-standalone`);
      await Deno.remove(dir, { recursive: true });
    },
  };
}

/** Creates the network of a standalone stack before its setup. */
export async function makeNetwork(
  project: TestProject,
): Promise<AsyncDisposable & { readonly name: string }> {
  const name = `${project.name}-standalone`;
  const label = "crypto-stream.network=standalone";
  await project.must("network", "create", "--label", label, name);
  return {
    name,
    async [Symbol.asyncDispose]() {
      await project.docker("compose", "down");
      await project.docker("network", "rm", name);
    },
  };
}

/** Waits until containers are healthy, named without their prefix. */
export async function untilHealthy(
  project: TestProject,
  ...names: string[]
): Promise<void> {
  for (const name of names) {
    await until(`${name} is healthy`, async () => {
      const { stdout } = await project.docker(
        ...["inspect", `${project.name}-${name}`, "--format"],
        "{{.State.Status}} {{.State.Health.Status}}",
      );
      return stdout.trim() === "running healthy" ? true : undefined;
    }, 300_000);
  }
}

/**
 * Kills a container's main process on this machine, as a crash would.
 * (After `docker kill` the engine does not restart it.)
 */
export async function crash(
  project: TestProject,
  service: string,
): Promise<void> {
  const name = `${project.name}-${service}`;
  const inspect = async (format: string) =>
    (await project.must("inspect", name, "--format", format)).trim();
  const pid = Number(await inspect("{{.State.Pid}}"));
  const before = Number(await inspect("{{.RestartCount}}"));
  if (pid < 2) throw new Error(`${name} does not run`);
  Deno.kill(pid, "SIGKILL");
  await until(
    `${service} is restarted`,
    async () =>
      Number(await inspect("{{.RestartCount}}")) > before ? true : undefined,
    60_000,
  );
}
