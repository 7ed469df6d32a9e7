// A Spark that prints what it is given.

import type { SparkJob, Submit } from "../../tasks/lake/spark/submit.ts";
import type { Docker, DockerCall } from "../../tasks/docker/docker.ts";

/** Options of {@linkcode fakeSubmit}. */
export interface FakeSubmit {
  readonly lines?: readonly string[];
  readonly code?: number;
  readonly secrets?: readonly string[];
  readonly holder?: string;
  /** Runs until it is stopped. */
  readonly endless?: boolean;
}

/** A place whose jobs print lines and end with a code. */
export function fakeSubmit(
  { lines = [], code = 0, secrets = [], holder, endless }: FakeSubmit,
): Submit & { readonly started: SparkJob[]; readonly stopped: string[] } {
  const started: SparkJob[] = [];
  const stopped: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    place: "a fake",
    checkpoints: "s3a://warehouse/_checkpoints",
    secrets,
    started,
    stopped,
    holder: () => Promise.resolve(holder),
    async run(job, onLine) {
      started.push(job);
      lines.forEach(onLine);
      if (endless) await promise;
      return code;
    },
    stop(name) {
      // Not there yet at the first look.
      stopped.push(name);
      if (stopped.length === 1) return Promise.resolve(undefined);
      resolve();
      return Promise.resolve(`the container ${name}`);
    },
  };
}

/** What a call to a fake `docker` gives. */
export interface DockerAnswer {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A `docker` that answers by its arguments, and keeps them. */
export function fakeDocker(
  answer: (args: readonly string[]) => DockerAnswer | undefined,
): Docker & { readonly calls: (readonly string[])[] } {
  const calls: (readonly string[])[] = [];
  const run = (args: readonly string[], call?: DockerCall) => {
    calls.push(args);
    const { code = 0, stdout = "", stderr = "" } = answer(args) ?? {};
    `${stdout}\n${stderr}`.split("\n").filter(Boolean)
      .forEach((line) => call?.onLine?.(line));
    return Promise.resolve({ code, stdout, stderr });
  };
  return {
    calls,
    run,
    output: async (args, call) => (await run(args, call)).stdout,
  };
}
