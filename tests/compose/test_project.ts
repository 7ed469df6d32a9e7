/**
 * A clone of the project with a Compose stack of its own: another project,
 * prefix, ports and network than anybody else's. All of it is gone at the end.
 *
 * @module
 */

import { freePorts } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The clone. */
export interface Place extends AsyncDisposable {
  /** Its folder. */
  readonly dir: string;
  /** What container names begin with; the project's name too. */
  readonly name: string;
  /** Published ports. */
  readonly ports: {
    readonly kafka: number;
    readonly ui: number;
    readonly zookeeper: number;
  };
  /** Runs `deno task NAME ARGS` as a person in the clone would. */
  task(name: string, ...args: string[]): Promise<Ended>;
  /** The same with other variables on top; `as` stands in front of it. */
  taskWith(
    change: {
      readonly env?: Readonly<Record<string, string>>;
      readonly as?: readonly [string, ...string[]];
    },
    name: string,
    ...args: string[]
  ): Promise<Ended>;
  /** Runs `docker ARGS` in the clone. */
  docker(...args: string[]): Promise<Ended>;
  /**
   * Runs `docker compose ARGS` with nothing but the names in the environment:
   * network, ports and file come from what `setup` wrote to `.env`.
   */
  raw(...args: string[]): Promise<Ended>;
  /** The same as {@linkcode docker}; throws with what it said if it fails. */
  must(...args: string[]): Promise<string>;
  /** Writes lines to `.env`, in front of what stands there. */
  env(lines: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Serves prices at the address that {@linkcode simulated} names, inside the
   * producer's network namespace: its permission set stays as shipped.
   */
  simulate(): Promise<void>;
  /** The names of what the engine holds of this project, of all kinds. */
  leftovers(): Promise<string[]>;
}

/** `.env` of a producer that polls the simulator in its own namespace. */
export const simulated: Readonly<Record<string, string>> = {
  COINGECKO_API_URL: "http://127.0.0.1:9470/api/v3",
  SOURCE_SYSTEM: "coingecko_simulator",
  API_INTERVAL_SECONDS: "1",
  CRYPTO_IDS: "bitcoin,ethereum",
};

const project = new URL("../../", import.meta.url);

async function run(
  program: string,
  args: readonly string[],
  cwd: string | URL,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Copies what git would put into a clone, as it stands now. */
async function copyProject(to: string, withPackages: boolean): Promise<void> {
  const listed = ["ls-files", "-z", "-co", "--exclude-standard"];
  const { stdout } = await run("git", listed, project);
  for (const path of stdout.split("\0").filter(Boolean)) {
    const from = new URL(path, project);
    // Listed by git, but removed in the work tree.
    if (!await Deno.stat(from).catch(() => undefined)) continue;
    const target = `${to}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), {
      recursive: true,
    });
    await Deno.copyFile(from, target);
  }
  if (!withPackages) return;
  for (const folder of ["node_modules", "vendor"]) {
    const { code, stderr } = await run("cp", ["-R", folder, to], project);
    if (code !== 0) throw new Error(stderr);
  }
}

/**
 * Makes the place; nothing of it runs yet.
 *
 * @param options `bare` leaves the packages out, as in a fresh clone.
 */
export async function makePlace(
  options: { readonly bare?: boolean } = {},
): Promise<Place> {
  const root = new URL(".state/", project);
  await Deno.mkdir(root, { recursive: true });
  const name = `test-${crypto.randomUUID().slice(0, 8)}`;
  const dir = `${root.pathname}${name}`;
  await Deno.mkdir(dir);
  await copyProject(dir, !options.bare);
  const [kafka = 0, ui = 0, zookeeper = 0] = freePorts(3);
  const names = { COMPOSE_PROJECT_NAME: name, STACK_NAME: name };
  const variables = {
    ...names,
    KAFKA_HOST_PORT: String(kafka),
    KAFKA_UI_HOST_PORT: String(ui),
    ZOOKEEPER_HOST_PORT: String(zookeeper),
    // Nothing of this machine's own producer is asked.
    ADMIN_ADDRESS: "off",
    CI: "",
  };
  const docker = (...args: string[]) => run("docker", args, dir, variables);
  const must = async (...args: string[]) => {
    const { code, stdout, stderr } = await docker(...args);
    if (code === 0) return stdout;
    throw new Error(`docker ${args.join(" ")}: ${stdout}${stderr}`);
  };
  const lines = (text: string) => text.split("\n").filter(Boolean);
  const label = `label=com.docker.compose.project=${name}`;

  async function leftovers(): Promise<string[]> {
    const found = await Promise.all([
      must("ps", "-aq", "--filter", label),
      must("volume", "ls", "-q", "--filter", label),
      must("network", "ls", "-q", "--filter", label),
    ]);
    return found.flatMap(lines);
  }

  return {
    dir,
    name,
    ports: { kafka, ui, zookeeper },
    task: (task, ...args) =>
      run(Deno.execPath(), ["task", "-q", task, ...args], dir, variables),
    taskWith(
      { env = {}, as: [program, ...before] = [Deno.execPath()] },
      ...args
    ) {
      const all = [...before, "task", "-q", ...args];
      return run(program, all, dir, { ...variables, ...env });
    },
    docker,
    raw: (...args) => run("docker", ["compose", ...args], dir, names),
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
        ...[
          "run",
          "-d",
          "--name",
          `${name}-simulator`,
          "--label",
          label.slice(6),
        ],
        ...["--network", `container:${name}-producer`],
        ...["-v", `${dir}:/app:ro`, "-w", "/app", "denoland/deno:2.9.6"],
        ...["run", "-q", "--cached-only", "--frozen", "-P=tasks"],
        ...["tasks/simulate.ts", "--port=9470", "--cache-seconds=1"],
      );
    },
    leftovers,
    async [Symbol.asyncDispose]() {
      const remove = async (list: string[], ...command: string[]) => {
        const ids = lines(await must(...list, "--filter", label));
        if (ids.length > 0) await docker(...command, ...ids);
      };
      await remove(["ps", "-aq"], "rm", "-f", "-v");
      await remove(["volume", "ls", "-q"], "volume", "rm", "-f");
      await remove(["network", "ls", "-q"], "network", "rm");
      // Compose does not know this one: a test that failed has left it.
      await docker("network", "rm", `${name}-standalone`);
      await Deno.remove(dir, { recursive: true });
    },
  };
}

/** The network of a stack without PART-A, made before its setup. */
export async function makeNetwork(
  place: Place,
): Promise<AsyncDisposable & { readonly name: string }> {
  const name = `${place.name}-standalone`;
  const label = "crypto-stream.network=standalone";
  await place.must("network", "create", "--label", label, name);
  return {
    name,
    async [Symbol.asyncDispose]() {
      await place.docker("compose", "down");
      await place.docker("network", "rm", name);
    },
  };
}

/** Waits for the health of containers, by their names without the prefix. */
export async function untilHealthy(
  place: Place,
  ...names: string[]
): Promise<void> {
  for (const name of names) {
    await until(`${name} is healthy`, async () => {
      const { stdout } = await place.docker(
        ...["inspect", `${place.name}-${name}`, "--format"],
        "{{.State.Status}} {{.State.Health.Status}}",
      );
      return stdout.trim() === "running healthy" ? true : undefined;
    }, 300_000);
  }
}
