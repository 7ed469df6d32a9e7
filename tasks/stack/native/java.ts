/**
 * Finds a Java that can run Kafka.
 *
 * @module
 */

import { CommandError } from "../../../lib/errors.ts";
import type { Run } from "../../host/run_process.ts";
import { type Env, type Platform, platformFacts } from "../../host/platform.ts";

/** The least Java that the native stack is tried with. */
export const leastJava = 17;

/** A version as `java -version` tells it. */
export interface JavaVersion {
  /** 8, 11, 17, 21, … */
  readonly major: number;
  /** As printed: `17.0.15`, `1.8.0_392`. */
  readonly text: string;
}

/** A Java that will do. */
export interface Java extends JavaVersion {
  /** The launcher: a path, or a name to be looked up in PATH. */
  readonly program: string;
  /** The folder it was found in, if JAVA_HOME named it. */
  readonly home: string | undefined;
  /** All that `java -version` printed: tells one build from another. */
  readonly build: string;
}

/**
 * Reads what `java -version` printed.
 *
 * @returns `undefined` when no version stands there.
 */
export function parseJavaVersion(output: string): JavaVersion | undefined {
  const text = /^\S+ version "([^"]+)"/m.exec(output)?.[1];
  if (text === undefined) return undefined;
  // Up to Java 8 the number stood second: 1.8.0.
  const major = /^(?:1\.)?(\d+)/.exec(text)?.[1];
  return major === undefined ? undefined : { major: Number(major), text };
}

async function ask(
  program: string,
  home: string | undefined,
  run: Run,
  path: string,
): Promise<Java | undefined> {
  try {
    const { stdout, stderr } = await run(program, ["-version"], {
      env: { PATH: path },
    });
    const build = stderr + stdout;
    const version = parseJavaVersion(build);
    return version && { ...version, program, home, build };
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.PermissionDenied
    ) return undefined;
    throw error;
  }
}

/**
 * Finds Java: in JAVA_HOME first, then in PATH.
 *
 * @throws {CommandError} that names what was found instead and how to get it.
 */
export async function findJava(
  run: Run,
  env: Env,
  platform: Platform,
): Promise<Java> {
  const facts = platformFacts(platform);
  const home = env("JAVA_HOME") || undefined;
  const path = env("PATH") ?? "";
  const places = [
    ...home === undefined
      ? []
      : [{ program: `${home}/bin/${facts.java}`, home, where: "JAVA_HOME" }],
    { program: facts.java, home: undefined, where: "PATH" },
  ];
  const tried: string[] = [];
  for (const { program, home, where } of places) {
    const java = await ask(program, home, run, path);
    if (java !== undefined && java.major >= leastJava) return java;
    tried.push(
      java === undefined
        ? `no working Java in ${where}`
        : `Java ${java.text} in ${where}`,
    );
  }
  throw new CommandError(
    `Kafka needs Java ${leastJava} or newer: found ${tried.join(", ")}`,
    facts.getJava,
  );
}
