/**
 * A Kafka that lives as long as the demo: as a Java process, or in containers.
 *
 * @module
 */

import { CommandError } from "../../lib/errors.ts";
import { type Run, run as realRun } from "../host/run_process.ts";
import type { StackKind } from "../stack/stack.ts";
import type { Progress } from "../cli/print.ts";
import type { Target } from "../verify/verify_target.ts";

/** The demo's Kafka. */
export interface DemoKafka {
  /** Its port on this machine. */
  readonly port: number;
  /** What `verify` looks at beside the records. */
  readonly target: Target;
  /** Starts it and waits until it serves. */
  start(progress: Progress): Promise<void>;
  /** Ends it gracefully; whatever is left is the place's to clear. */
  stop(): Promise<void>;
}

/** Which programs a machine has. */
export interface Machine {
  /** Java and Maven. */
  readonly native: boolean;
  /** Docker with an engine that answers, and Compose. */
  readonly docker: boolean;
}

async function succeeds(
  run: Run,
  program: string,
  args: readonly string[],
): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(10_000);
    return (await run(program, args, { signal })).code === 0;
  } catch {
    return false;
  }
}

/** Looks which programs there are. */
export async function lookAtMachine(
  platform: typeof Deno.build.os = Deno.build.os,
  run: Run = realRun,
): Promise<Machine> {
  const maven = platform === "windows" ? "mvn.cmd" : "mvn";
  const [java, mvn, engine, compose] = await Promise.all([
    succeeds(run, "java", ["-version"]),
    succeeds(run, maven, ["-version"]),
    succeeds(run, "docker", ["version"]),
    succeeds(run, "docker", ["compose", "version"]),
  ]);
  return { native: java && mvn, docker: engine && compose };
}

/**
 * The kind of Kafka for the demo: what was asked for, else what starts faster.
 *
 * @throws {CommandError} where neither is possible.
 */
export function chooseDemo(
  asked: StackKind | undefined,
  machine: Machine,
): StackKind {
  if (asked !== undefined) return asked;
  if (machine.native) return "native";
  if (machine.docker) return "compose";
  throw new CommandError(
    "the demo needs Java 17 with Maven, or Docker with Compose: neither " +
      "answers here",
    "install one of them, or start Docker",
  );
}
