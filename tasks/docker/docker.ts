// Runs `docker`. No other file of `tasks/` names that program.

import { CommandError } from "../../lib/errors.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import {
  type ProcessResult,
  type Run,
  run as realRun,
  runBlocking,
  type RunOptions,
} from "../host/run_process.ts";

export interface DockerCall extends
  Pick<
    RunOptions,
    "signal" | "stdin" | "output" | "onLine" | "detached"
  > {
  /**
   * Ends a call to an engine that hangs; by default 20,000. `Infinity` for one that
   * may take as long as it needs: pulling, starting, stopping.
   */
  readonly timeoutMs?: number;
}

export interface Docker {
  run(args: readonly string[], call?: DockerCall): Promise<ProcessResult>;
  /** Its standard output; throws a diagnosis when it fails. */
  output(args: readonly string[], call?: DockerCall): Promise<string>;
}

export interface DockerOptions {
  readonly run?: Run | undefined;
  readonly cwd?: string | URL;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The last line that is not blank, without the daemon's prefix. */
export function lastLine(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
    .filter((line) => line !== "");
  return (lines.at(-1) ?? "no output")
    .replace(/^Error response from daemon: /, "");
}

export function failureOf(
  args: readonly string[],
  { stdout, stderr }: ProcessResult,
): CommandError {
  const text = `${stdout}\n${stderr}`;
  const found = diagnose(text);
  const what = `docker ${args.slice(0, 2).join(" ")} failed`;
  return new CommandError(
    `${what}: ${found?.cause ?? lastLine(text)}`,
    found?.next ?? "check Docker with docker info, then try again",
  );
}

export function isTimeout(error: unknown): boolean {
  return error instanceof CommandError && error.cause instanceof DOMException &&
    error.cause.name === "TimeoutError";
}

export function createDocker(options: DockerOptions = {}): Docker {
  const { run = realRun, cwd, env } = options;

  async function call(
    args: readonly string[],
    { timeoutMs = 20_000, signal: stop, ...rest }: DockerCall = {},
  ): Promise<ProcessResult> {
    const timeout = timeoutMs === Infinity
      ? undefined
      : AbortSignal.timeout(timeoutMs);
    const isLate = () => timeout?.aborted === true;
    try {
      const signals = [timeout, stop].filter((one) => one !== undefined);
      const signal = AbortSignal.any(signals);
      const result = await run("docker", args, { ...rest, cwd, env, signal });
      if (!isLate()) return result;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) {
        throw new CommandError(
          "docker not found in PATH",
          "install Docker (https://docs.docker.com/get-docker/), or use a " +
            "real Kafka without it: deno task setup --stack=native",
          { cause: error },
        );
      }
      if (!isLate()) throw error;
    }
    throw new CommandError(
      `docker ${args[0]} did not respond within ${timeoutMs / 1000} s`,
      "restart Docker, then: deno task setup",
      { cause: timeout?.reason },
    );
  }

  return {
    run: call,
    async output(args, options) {
      const ended = await call(args, options);
      if (ended.code === 0) return ended.stdout;
      throw failureOf(args, ended);
    },
  };
}

/**
 * Runs `docker` while this process does nothing else; returns the lines of its
 * output.
 */
export function dockerBlocking(args: readonly string[]): string[] {
  return runBlocking("docker", args).split("\n").filter(Boolean);
}
