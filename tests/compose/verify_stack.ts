/**
 * The project's own compose.yaml under a project, prefix, network and ports
 * of its own, with the simulator in the producer's network.
 *
 * @module
 */

import { freePorts } from "../../tasks/stack/native/port.ts";
import { removeProject } from "../../tasks/demo/remove_project.ts";
import { pathOf, projectDir } from "../../producer/settings.ts";

/** How a command ended. */
export interface Ended {
  /** The exit code. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error. */
  readonly stderr: string;
}

/** Runs a program in the project's folder. */
export async function runHere(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: projectDir,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A stack of tests. */
export interface TestStack extends AsyncDisposable {
  /** Its project, which is also its prefix and its network. */
  readonly name: string;
  /** What commands need to work on it. */
  readonly env: Readonly<Record<string, string>>;
  /** The port of Kafka on this machine. */
  readonly port: number;
  /** Runs `docker`; what fails is an error. */
  docker(...args: string[]): Promise<string>;
  /** Runs a `deno task` command on this stack. */
  task(
    name: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<Ended>;
}

const simulatorPort = 9470;

function override(name: string): string {
  const address = `http://127.0.0.1:${simulatorPort}/api/v3`;
  return JSON.stringify({
    services: {
      "crypto-producer": {
        environment: {
          COINGECKO_API_URL: address,
          SOURCE_SYSTEM: "coingecko_simulator",
          API_INTERVAL_SECONDS: "1",
        },
      },
      simulator: {
        image: "${DENO_IMAGE:-denoland/deno:2.9.6}",
        container_name: `${name}-simulator`,
        network_mode: "service:crypto-producer",
        depends_on: ["crypto-producer"],
        working_dir: "/app",
        command: [
          ...["run", "-q", "--cached-only", "--frozen", "-A"],
          ...["tasks/simulate.ts", `--port=${simulatorPort}`],
          "--cache-seconds=1",
          "--rate-limit=0",
        ],
        volumes: [".:/app:ro"],
      },
    },
  });
}

/** Whether nobody has containers of these names. */
export async function areFree(names: readonly string[]): Promise<boolean> {
  const filters = names.flatMap((name) => ["--filter", `name=^${name}$`]);
  const { stdout } = await runHere("docker", ["ps", "-aq", ...filters]);
  return stdout.trim() === "";
}

/**
 * Starts everything, without waiting for health.
 *
 * @param sleepers Names of containers that stand for PART-A on the network;
 * with none of them the network is a standalone one.
 */
export async function startStack(
  sleepers: readonly string[] = [],
): Promise<TestStack> {
  const name = `crypto-test-${crypto.randomUUID().slice(0, 8)}`;
  const [kafka, ui, zookeeper, admin] = freePorts(4);
  const folder = `.state/test-${name}`;
  await Deno.mkdir(new URL(folder, projectDir), { recursive: true });
  const file = `${folder}/simulator.json`;
  await Deno.writeTextFile(new URL(file, projectDir), override(name));
  const env = {
    COMPOSE_PROJECT_NAME: name,
    COMPOSE_FILE: ["compose.yaml", file].join(
      Deno.build.os === "windows" ? ";" : ":",
    ),
    STACK_NAME: name,
    DAS_NETWORK: name,
    KAFKA_HOST_PORT: String(kafka),
    KAFKA_UI_HOST_PORT: String(ui),
    ZOOKEEPER_HOST_PORT: String(zookeeper),
    ADMIN_ADDRESS: `127.0.0.1:${admin}`,
  };
  const docker = async (...args: string[]) => {
    const { code, stdout, stderr } = await runHere("docker", args, env);
    if (code !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  const stack: TestStack = {
    name,
    env,
    port: Number(kafka),
    docker,
    task: (command, args, more = {}) =>
      runHere(
        Deno.execPath(),
        ["run", "-q", "-P=tasks", `tasks/${command}.ts`, ...args],
        { ...env, ...more },
      ),
    async [Symbol.asyncDispose]() {
      removeProject(name);
      await Deno.remove(pathOf(new URL(folder, projectDir)), {
        recursive: true,
      });
    },
  };
  try {
    const label = `com.docker.compose.project=${name}`;
    const own = sleepers.length === 0 ? ["--label", "crypto-stream.test"] : [];
    await docker("network", "create", "--label", label, ...own, name);
    for (const sleeper of sleepers) {
      await docker(
        ...["run", "-d", "--pull", "never", "--name", sleeper],
        ...["--network", name, "--label", label, "--entrypoint", "sleep"],
        ...["--label", "com.docker.compose.oneoff=True"],
        ...["denoland/deno:2.9.6", "3600"],
      );
    }
    await docker("compose", "up", "-d", "--pull", "never");
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return stack;
}
