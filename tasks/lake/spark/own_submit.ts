// Spark as the user's own spark-submit starts it: on this machine or a cluster.

import { CommandError } from "../../../lib/errors.ts";
import { delay } from "../../../lib/clock.ts";
import { readText } from "../../../lib/files.ts";
import { pathOf, projectDir } from "../../../lib/project.ts";
import type { Platform } from "../../host/platform.ts";
import { processMark } from "../../host/process_identity.ts";
import { run, start } from "../../host/run_process.ts";
import { graceSeconds, type Jobs, type Submit } from "./submit.ts";

/** What a job is made of. */
export interface OwnSubmitOptions {
  /** Path of spark-submit. */
  readonly program: string;
  readonly packages: readonly string[];
  readonly propertiesFile: string | undefined;
  readonly checkpoints: string | undefined;
  readonly secrets: readonly string[];
  readonly platform: Platform;
  /** Folder for what tells one job from another. */
  readonly stateDir: string;
}

/**
 * Starts the program or asks it.
 *
 * @throws {CommandError} where there is none.
 */
async function requireProgram<T>(
  program: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CommandError(
      `SPARK_SUBMIT is "${program}": no such program`,
      "name the path of spark-submit, or leave it empty for a container",
      { cause: error },
    );
  }
}

/**
 * What the program prints for `--version`.
 *
 * @throws {CommandError} where there is no such program.
 */
export async function bannerOf(program: string): Promise<string> {
  const { stdout, stderr } = await requireProgram(
    program,
    () => run(program, ["--version"]),
  );
  return `${stdout}\n${stderr}`;
}

/** The arguments of spark-submit. */
export function submitArgs(
  subcommand: string,
  { packages, propertiesFile }: OwnSubmitOptions,
): string[] {
  const program = pathOf(new URL("lakehouse/spark/main.py", projectDir));
  return [
    ...propertiesFile === undefined
      ? []
      : ["--properties-file", propertiesFile],
    ...packages.length === 0 ? [] : ["--packages", packages.join(",")],
    program,
    subcommand,
  ];
}

/** The jobs of a program of the user's, started by this clone. */
export function ownJobs(
  { program, platform, stateDir }: Pick<
    OwnSubmitOptions,
    "program" | "platform" | "stateDir"
  >,
): Jobs {
  /** The pid of a job that runs: a later process of its pid is another. */
  async function pidOf(name: string): Promise<number | undefined> {
    const text = readText(recordOf(stateDir, name)) ?? "";
    const [pid = "", ...started] = text.split(" ");
    if (!/^\d+$/.test(pid)) return undefined;
    const mark = await processMark(Number(pid), platform, run);
    return mark?.started === started.join(" ") ? Number(pid) : undefined;
  }

  async function gone(name: string): Promise<boolean> {
    const end = performance.now() + graceSeconds * 1000;
    while (await pidOf(name) !== undefined) {
      if (performance.now() > end) return false;
      await delay(200);
    }
    return true;
  }

  return {
    async holder(name) {
      const pid = await pidOf(name);
      return pid === undefined ? undefined : `pid ${pid} of ${program}`;
    },
    async stop(name) {
      const pid = await pidOf(name);
      if (pid === undefined) return undefined;
      for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        try {
          // It leads a session of its own, Python included.
          Deno.kill(platform === "windows" ? pid : -pid, signal);
        } catch {
          // It has ended.
        }
        if (await gone(name)) return `pid ${pid} of ${program}`;
      }
      throw new CommandError(`pid ${pid} does not end`, `kill -9 ${pid}`);
    },
  };
}

function recordOf(stateDir: string, name: string): string {
  return `${stateDir}/${name}.pid`;
}

/** Spark by a program of the user's. */
export function createOwnSubmit(options: OwnSubmitOptions): Submit {
  const { program, platform, stateDir } = options;
  return {
    ...ownJobs(options),
    place: program,
    checkpoints: options.checkpoints,
    secrets: options.secrets,
    async run(job, onLine) {
      Deno.mkdirSync(stateDir, { recursive: true });
      return await requireProgram(program, async () => {
        const child = start(program, submitArgs(job.subcommand, options), {
          env: { LAKE_OPTIONS: JSON.stringify(job.options) },
          detached: true,
          output: "lines",
          onLine,
        });
        const mark = await processMark(child.pid, platform, run);
        const record = `${child.pid} ${mark?.started ?? ""}`;
        Deno.writeTextFileSync(recordOf(stateDir, job.name), record);
        const { code } = await child.ended;
        Deno.removeSync(recordOf(stateDir, job.name));
        return code;
      });
    },
  };
}
