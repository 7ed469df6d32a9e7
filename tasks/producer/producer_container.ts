/**
 * Looks for producers, so that not two of them write the same samples.
 *
 * @module
 */

import { CommandError } from "../../lib/errors.ts";
import { attempt, type Result } from "../../lib/result.ts";
import type { ContainerSeen } from "../docker/container.ts";
import { createDocker, type Docker, isTimeout } from "../docker/docker.ts";
import { rawOutput } from "../docker/inspect.ts";
import { type FullStatus, readStatus } from "./producer_status.ts";
import type { Run } from "../host/run_process.ts";

/**
 * The container of the producer if it runs now; none does without Docker.
 *
 * @param timeoutMs How long Docker may take, in milliseconds.
 * @throws {CommandError} when Docker does not answer: one may run.
 */
export async function runningContainer(
  run: Run,
  name: string,
  timeoutMs = 20_000,
): Promise<string | undefined> {
  const docker = createDocker({ run });
  try {
    // The filter is a pattern: the name is anchored.
    const { code, stdout } = await docker.run([
      ...["ps", "--filter", `name=^/?${name}$`, "--format", "{{.Names}}"],
    ], { timeoutMs });
    return code === 0 && stdout.split("\n").includes(name) ? name : undefined;
  } catch (error) {
    if (!isTimeout(error)) return undefined;
    throw new CommandError(
      `docker ps does not answer within ${timeoutMs / 1000} s: whether ` +
        `${name} runs is not known`,
      "see to Docker, or add --beside to start whatever runs there",
    );
  }
}

// One module, no import, no file: it runs whatever is mounted.
const statusScript = `const answer = await fetch(Deno.args[0]);
console.log(await answer.text());`;

/** Asks the producer in a container, whose endpoint is not published. */
export function askContainer(
  { name, env }: ContainerSeen,
  docker: Docker,
): Promise<Result<FullStatus>> {
  return attempt(async () => {
    const port = /:(\d+)$/.exec(env.ADMIN_ADDRESS ?? "")?.[1] ?? "9464";
    const address = `127.0.0.1:${port}`;
    const module = encodeURIComponent(statusScript);
    const said = await rawOutput(docker, [
      ...["exec", name, "deno", "run", "-q", "--no-config", "--no-lock"],
      ...[`--allow-net=${address}`, `data:text/javascript,${module}`],
      `http://${address}/status`,
    ]);
    return readStatus(JSON.parse(said));
  });
}

/** What refuses a second producer. */
export function besideError(what: string, stop: string): CommandError {
  return new CommandError(
    `${what}: a second producer would write the same prices again`,
    `stop it first (${stop}), or add --beside to have both`,
  );
}
