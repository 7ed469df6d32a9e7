/**
 * The one way in which tasks call `docker`.
 *
 * @module
 */

import { Failure } from "../../../producer/errors.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import type { ProcessResult, Run } from "../process.ts";

/** A call of `docker`, with what it printed. */
export interface Docker {
  /**
   * Runs it and gives whatever came of it.
   *
   * @throws {Failure} when there is no program `docker`.
   */
  ask(args: readonly string[], onLine?: (line: string) => void): Promise<
    ProcessResult
  >;
  /**
   * Runs it and gives its standard output.
   *
   * @throws {Failure} with a diagnosis when it fails.
   */
  must(
    args: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<string>;
}

/** What `docker` runs with. */
export interface DockerOptions {
  /** Starts it. */
  readonly run: Run;
  /** The folder of the Compose files. */
  readonly cwd: string;
  /** Variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Calls a run off. */
  readonly signal?: AbortSignal | undefined;
}

/** The last line that says something, without Compose's own prefix. */
export function lastWords(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
    .filter((line) => line !== "");
  return (lines.at(-1) ?? "it said nothing")
    .replace(/^Error response from daemon: /, "");
}

/** What to tell of a call that failed. */
export function failureOf(
  args: readonly string[],
  { stdout, stderr }: ProcessResult,
): Failure {
  const said = `${stdout}\n${stderr}`;
  const found = diagnose(said);
  const what = `docker ${args.slice(0, 2).join(" ")} failed`;
  return new Failure(
    `${what}: ${found?.cause ?? lastWords(said)}`,
    found?.next ?? "look at its words above, then try again",
  );
}

/** Makes the caller. */
export function createDocker(options: DockerOptions): Docker {
  async function ask(
    args: readonly string[],
    onLine?: (line: string) => void,
  ): Promise<ProcessResult> {
    try {
      return await options.run("docker", args, {
        cwd: options.cwd,
        ...options.env === undefined ? {} : { env: options.env },
        ...options.signal === undefined ? {} : { signal: options.signal },
        ...onLine === undefined ? {} : { onLine },
      });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Failure(
        "there is no program docker",
        "install Docker (https://docs.docker.com/get-docker/), or use a real " +
          "Kafka without it: deno task setup --stack=native",
        { cause: error },
      );
    }
  }

  return {
    ask,
    async must(args, onLine) {
      const ended = await ask(args, onLine);
      if (ended.code === 0) return ended.stdout;
      throw failureOf(args, ended);
    },
  };
}
