// The lake's service: programs of this project that are run in its container.

import { CommandError } from "../../../lib/errors.ts";
import type { ContainerSeen } from "../../docker/container.ts";
import type { Docker, DockerCall } from "../../docker/docker.ts";
import type { ProcessResult } from "../../host/run_process.ts";

export const lakeServiceName = "crypto-lake" as const;

/** A program of this project, to be run in the lake's container. */
export interface LakeProgram {
  /** Its file and arguments: `["tasks/lake.ts", "sql", "..."]`. */
  readonly args: readonly string[];
  /** A folder of this machine that it sees, with the variable that names it. */
  readonly mount?: { readonly folder: string; readonly variable: string };
  /** Whether it shares this process's terminal. @default false */
  readonly terminal?: boolean;
  readonly call?: DockerCall;
}

/** Out of memory, the kernel ends the query and not the lake's own program. */
const firstToEnd =
  '{ echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null; exec deno "$@"';

const deno = ["run", "-q", "-P=lake"];

/**
 * Docker's arguments: inside the running container, else in one of its own with
 * the same image, user, limits and volume.
 */
export function programArgs(
  running: ContainerSeen | undefined,
  { args, mount, terminal = false }: LakeProgram,
): string[] {
  if (running !== undefined && mount === undefined) {
    return [
      ...["exec", ...terminal ? ["-i", "-t"] : []],
      ...[running.name, "sh", "-c", firstToEnd, "lake"],
      ...[...deno, "--cached-only", ...args],
    ];
  }
  const target = "/mnt/of-host";
  return [
    ...["compose", "run", "--rm", "--no-deps", ...terminal ? [] : ["-T"]],
    ...mount === undefined ? [] : [
      ...["-v", `${mount.folder}:${target}:ro`],
      ...["-e", `${mount.variable}=${target}`],
    ],
    ...[lakeServiceName, ...deno, ...args],
  ];
}

const killedCode = 137;

/** @throws {CommandError} for the exit code of a program that was killed. */
export function refuseKilled(code: number): void {
  if (code !== killedCode) return;
  throw new CommandError(
    `it was ended in the container of ${lakeServiceName}: it needs more ` +
      "memory than is left there",
    "ask for fewer rows or columns, or for a shorter time",
  );
}

/** Runs a program where the lake is. */
export async function runInLake(
  docker: Docker,
  containers: readonly ContainerSeen[],
  program: LakeProgram,
): Promise<ProcessResult> {
  const running = containers.find(({ service, status }) =>
    service === lakeServiceName && status === "running"
  );
  return await docker.run(programArgs(running, program), {
    timeoutMs: Infinity,
    ...program.call,
  });
}
