/**
 * How the checks ask `docker`.
 *
 * @module
 */

import { Failure } from "../../../../producer/errors.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import type { ProcessResult, Run } from "../../process.ts";

/** An engine that does not answer at all shall not hold `setup` for ever. */
const timeoutMs = 20_000;

/**
 * Runs `docker` and gives whatever came of it.
 *
 * @throws {Failure} when there is no such program, or it takes longer than
 * 20 s.
 */
export async function ask(
  run: Run,
  args: readonly string[],
): Promise<ProcessResult> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const result = await run("docker", args, { signal });
    if (!signal.aborted) return result;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Failure(
        "there is no program docker",
        "install Docker (https://docs.docker.com/get-docker/), or use a real " +
          "Kafka without it: deno task setup --stack=native",
        { cause: error },
      );
    }
    if (!signal.aborted) throw error;
  }
  throw new Failure(
    `docker ${args[0]} did not answer within ${timeoutMs / 1000} s`,
    "start Docker again, then: deno task setup",
  );
}

/**
 * What `docker` prints.
 *
 * @throws {Failure} with a diagnosis, else its own words, when it fails.
 */
export async function answer(
  run: Run,
  args: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await ask(run, args);
  if (code === 0) return stdout;
  const found = diagnose(stderr);
  const said = found?.cause ?? (stderr.trim() || `exit code ${code}`);
  throw new Failure(
    `docker ${args.slice(0, 2).join(" ")} failed: ${said}`,
    found?.next ?? "see that Docker is well: docker info",
  );
}
