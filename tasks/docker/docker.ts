/**
 * The one way in which tasks call `docker`.
 *
 * @module
 */

import { CommandError } from "../../lib/errors.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import type { ProcessResult, Run, RunOptions } from "../host/run_process.ts";

/** A call of `docker`, with what it printed. */
export interface Docker {
  /**
   * Runs it and gives whatever came of it.
   *
   * @throws {CommandError} when there is no program `docker`.
   */
  ask(args: readonly string[], onLine?: (line: string) => void): Promise<
    ProcessResult
  >;
  /**
   * Runs it and gives its standard output.
   *
   * @throws {CommandError} with a diagnosis when it fails.
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
): CommandError {
  const said = `${stdout}\n${stderr}`;
  const found = diagnose(said);
  const what = `docker ${args.slice(0, 2).join(" ")} failed`;
  return new CommandError(
    `${what}: ${found?.cause ?? lastWords(said)}`,
    found?.next ?? "see that Docker is well (docker info), then try again",
  );
}

/** An engine that does not answer at all shall not hold a command for ever. */
const timeoutMs = 20_000;

/** Runs `docker`; what is thrown when there is no such program says so. */
async function spawn(
  run: Run,
  args: readonly string[],
  options: RunOptions,
): Promise<ProcessResult> {
  try {
    return await run("docker", args, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CommandError(
      "there is no program docker",
      "install Docker (https://docs.docker.com/get-docker/), or use a real " +
        "Kafka without it: deno task setup --stack=native",
      { cause: error },
    );
  }
}

/**
 * Asks the engine and gives whatever came of it.
 *
 * @throws {CommandError} when there is no program `docker`, or it takes longer than
 * 20 s.
 */
export async function ask(
  run: Run,
  args: readonly string[],
): Promise<ProcessResult> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const result = await spawn(run, args, { signal });
    if (!signal.aborted) return result;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new CommandError(
    `docker ${args[0]} did not answer within ${timeoutMs / 1000} s`,
    "start Docker again, then: deno task setup",
  );
}

/**
 * Asks the engine and gives what it printed.
 *
 * @throws {CommandError} with a diagnosis, else its own words, when it fails.
 */
export async function answer(
  run: Run,
  args: readonly string[],
): Promise<string> {
  const ended = await ask(run, args);
  if (ended.code === 0) return ended.stdout;
  throw failureOf(args, ended);
}

/** Makes the caller for what may take long: no bound but the caller's. */
export function createDocker(options: DockerOptions): Docker {
  const { run, cwd, env, signal } = options;
  const call: Docker["ask"] = (args, onLine) =>
    spawn(run, args, {
      cwd,
      ...env === undefined ? {} : { env },
      ...signal === undefined ? {} : { signal },
      ...onLine === undefined ? {} : { onLine },
    });
  return {
    ask: call,
    async must(args, onLine) {
      const ended = await call(args, onLine);
      if (ended.code === 0) return ended.stdout;
      throw failureOf(args, ended);
    },
  };
}
