// Finds a Java that can run Kafka.

import { CommandError } from "../../../lib/errors.ts";
import type { Run } from "../../host/run_process.ts";
import { type Env, type Platform, platformFacts } from "../../host/platform.ts";

/** The oldest Java that the native stack is tested with. */
export const minJava = 17;

export interface Java {
  /** 8, 11, 17, 21, … */
  readonly major: number;
  /** As printed: `17.0.15`, `1.8.0_392`. */
  readonly text: string;
  /** The launcher: a path, or a name in PATH. */
  readonly program: string;
  /** The whole output of `java -version`, which identifies the build. */
  readonly build: string;
}

export function parseJavaVersion(
  output: string,
): Pick<Java, "major" | "text"> | undefined {
  const text = /^\S+ version "([^"]+)"/m.exec(output)?.[1];
  if (text === undefined) return undefined;
  // Up to Java 8 it is the second number: 1.8.0.
  const major = /^(?:1\.)?(\d+)/.exec(text)?.[1];
  return major === undefined ? undefined : { major: Number(major), text };
}

async function probe(
  program: string,
  run: Run,
  path: string,
): Promise<Java | undefined> {
  try {
    const { stdout, stderr } = await run(program, ["-version"], {
      env: { PATH: path },
    });
    const build = stderr + stdout;
    const version = parseJavaVersion(build);
    return version && { ...version, program, build };
  } catch (error) {
    if (
      error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.PermissionDenied
    ) return undefined;
    throw error;
  }
}

/** Finds Java, in JAVA_HOME first, then in PATH. */
export async function findJava(
  run: Run,
  env: Env,
  platform: Platform,
): Promise<Java> {
  const facts = platformFacts(platform);
  const home = env("JAVA_HOME");
  const path = env("PATH") ?? "";
  const places = [
    ...home
      ? [{ program: `${home}/bin/${facts.java}`, where: "JAVA_HOME" }]
      : [],
    { program: facts.java, where: "PATH" },
  ];
  const tried: string[] = [];
  for (const { program, where } of places) {
    const java = await probe(program, run, path);
    if (java !== undefined && java.major >= minJava) return java;
    tried.push(
      java === undefined
        ? `no working Java in ${where}`
        : `Java ${java.text} in ${where}`,
    );
  }
  throw new CommandError(
    `Kafka needs Java ${minJava} or newer: found ${tried.join(", ")}`,
    facts.getJava,
  );
}
