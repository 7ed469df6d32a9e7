// The producer in its container.

import { CommandError } from "../../lib/errors.ts";
import { attempt, type Result } from "../../lib/result.ts";
import type { ContainerSeen } from "../docker/container.ts";
import { type Docker, isTimeout } from "../docker/docker.ts";
import { rawOutput } from "../docker/inspect.ts";
import { parseStatus, type ProducerStatus } from "../../lib/producer_status.ts";

/** Without Docker it does not run; where Docker does not respond, it may. */
export async function isContainerRunning(
  docker: Docker,
  name: string,
  timeoutMs = 20_000,
): Promise<boolean> {
  try {
    // The filter is a pattern: the name is anchored.
    const { code, stdout } = await docker.run([
      ...["ps", "--filter", `name=^/?${name}$`, "--format", "{{.Names}}"],
    ], { timeoutMs });
    return code === 0 && stdout.split("\n").includes(name);
  } catch (error) {
    if (!isTimeout(error)) return false;
    throw new CommandError(
      `docker ps did not respond within ${timeoutMs / 1000} s: cannot tell ` +
        `whether ${name} is running`,
      "check Docker (docker info), or add --beside to start a producer anyway",
      { cause: error },
    );
  }
}

// A single module without imports or files: it runs whatever is mounted. The
// transport keeps the request off any proxy that the container has.
const statusScript = `const url = new URL(Deno.args[0]);
const { hostname, port } = url;
const proxy = { transport: "tcp", hostname, port: Number(port) };
const client = Deno.createHttpClient({ proxy });
const response = await fetch(url, { client });
console.log(await response.text());`;

async function askInside(
  { name, env }: ContainerSeen,
  docker: Docker,
): Promise<ProducerStatus> {
  const port = /:(\d+)$/.exec(env.ADMIN_ADDRESS ?? "")?.[1] ?? "9464";
  const address = `127.0.0.1:${port}`;
  const module = encodeURIComponent(statusScript);
  const response = await rawOutput(docker, [
    ...["exec", name, "deno", "run", "-q", "--no-config", "--no-lock"],
    ...[`--allow-net=${address}`, `data:text/javascript,${module}`],
    `http://${address}/status`,
  ]);
  return parseStatus(JSON.parse(response));
}

/**
 * Asks the producer among a project's containers, from inside, as its endpoint
 * is not published. `undefined` when none runs.
 */
export async function askContainer(
  containers: readonly ContainerSeen[],
  docker: Docker,
): Promise<Result<ProducerStatus> | undefined> {
  const container = containers.find(({ service, status }) =>
    service === "crypto-producer" && status === "running"
  );
  return container && await attempt(() => askInside(container, docker));
}

export function secondProducerError(what: string, stop: string): CommandError {
  return new CommandError(
    `${what}: a second producer would write the same prices again`,
    `stop it first (${stop}), or add --beside to run both`,
  );
}
