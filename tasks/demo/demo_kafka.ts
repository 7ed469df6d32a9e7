// A Kafka that lives as long as the demo: as a Java process, or in containers.

import { CommandError } from "../../lib/errors.ts";
import type { Progress } from "../cli/print.ts";
import { createDocker } from "../docker/docker.ts";
import { type Platform, platformFacts } from "../host/platform.ts";
import { type Run, run as realRun } from "../host/run_process.ts";
import type { StackKind } from "../stack/stack.ts";
import type { Target } from "../verify/verify_target.ts";

export interface DemoKafka {
  readonly port: number;
  readonly target: Target;
  start(progress: Progress): Promise<void>;
  /** Stops it gracefully, if that matters; the sandbox removes the rest. */
  stop(): Promise<void>;
}

export interface Machine {
  /** Java and Maven. */
  readonly native: boolean;
  /** Docker with a running engine, and Compose. */
  readonly docker: boolean;
}

const timeoutMs = 10_000;

async function succeeds(
  call: Promise<{ readonly code: number }>,
): Promise<boolean> {
  try {
    return (await call).code === 0;
  } catch {
    return false;
  }
}

export async function detectMachine(
  platform: Platform = Deno.build.os,
  run: Run = realRun,
): Promise<Machine> {
  const { maven } = platformFacts(platform);
  const signal = AbortSignal.timeout(timeoutMs);
  const docker = createDocker({ run });
  const [java, mvn, engine, compose] = await Promise.all([
    succeeds(run("java", ["-version"], { signal })),
    succeeds(run(maven, ["-version"], { signal })),
    succeeds(docker.run(["version"], { timeoutMs })),
    succeeds(docker.run(["compose", "version"], { timeoutMs })),
  ]);
  return { native: java && mvn, docker: engine && compose };
}

/** The kind asked for, else the one that starts faster. */
export function chooseDemo(
  asked: StackKind | undefined,
  machine: Machine,
): StackKind {
  if (asked !== undefined) return asked;
  if (machine.native) return "native";
  if (machine.docker) return "compose";
  throw new CommandError(
    "the demo needs Java 17 with Maven, or Docker with Compose: found neither",
    "install one of them, or start Docker",
  );
}
