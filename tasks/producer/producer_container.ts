/**
 * Looks for producers, so that not two of them write the same samples.
 *
 * @module
 */

import { Failure } from "../../lib/errors.ts";
import type { Run } from "../host/run_process.ts";

/**
 * The container of the producer if it runs now; none does without Docker.
 *
 * @param timeoutMs How long Docker may take, in milliseconds.
 * @throws {Failure} when Docker does not answer: one may run.
 */
export async function runningContainer(
  run: Run,
  name: string,
  timeoutMs = 20_000,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    // The filter is a pattern: the name is anchored.
    const { code, stdout } = await run("docker", [
      ...["ps", "--filter", `name=^/?${name}$`, "--format", "{{.Names}}"],
    ], { signal });
    if (signal.aborted) throw signal.reason;
    return code === 0 && stdout.split("\n").includes(name) ? name : undefined;
  } catch {
    if (!signal.aborted) return undefined;
    throw new Failure(
      `docker ps does not answer within ${timeoutMs / 1000} s: whether ` +
        `${name} runs is not known`,
      "see to Docker, or add --beside to start whatever runs there",
    );
  }
}

/** What refuses a second producer. */
export function besideFailure(what: string, stop: string): Failure {
  return new Failure(
    `${what}: a second producer would write the same prices again`,
    `stop it first (${stop}), or add --beside to have both`,
  );
}
