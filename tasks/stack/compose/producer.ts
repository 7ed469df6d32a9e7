/**
 * Looks for producers, so that not two of them write the same samples.
 *
 * @module
 */

import { Failure } from "../../../producer/errors.ts";
import type { Run } from "../process.ts";

/** The container of the producer if it runs now; also when Docker is absent. */
export async function runningContainer(
  run: Run,
  name: string,
): Promise<string | undefined> {
  try {
    // The filter is a pattern: the name is anchored.
    const { code, stdout } = await run("docker", [
      ...["ps", "--filter", `name=^/?${name}$`, "--format", "{{.Names}}"],
    ], { signal: AbortSignal.timeout(5_000) });
    return code === 0 && stdout.split("\n").includes(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** What refuses a second producer. */
export function besideFailure(what: string, stop: string): Failure {
  return new Failure(
    `${what}: a second producer would write the same prices again`,
    `stop it first (${stop}), or add --beside to have both`,
  );
}
