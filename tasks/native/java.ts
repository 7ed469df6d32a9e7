/**
 * Is there a Java that can run Kafka?
 *
 * @module
 */

import { Failure } from "../../producer/errors.ts";
import type { Run } from "../stack/process.ts";
import { installAdvice, type Platform } from "./platform.ts";

/** The oldest Java that this project runs Kafka on. */
export const oldestJava = 17;

/**
 * The major version in what `java -version` prints, whoever made it:
 * `openjdk version "17.0.15" 2025-04-15`, `java version "1.8.0_401"`.
 */
export function parseJavaVersion(text: string): number | undefined {
  const match = /version "(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return undefined;
  const major = Number(match[1]);
  return major === 1 ? Number(match[2]) : major;
}

/**
 * Makes sure of Java.
 *
 * @throws {Failure} when there is none or it is too old.
 */
export async function checkJava(
  run: Run,
  program: string,
  platform: Platform,
): Promise<void> {
  const next = `Java ${oldestJava} and Maven are needed: ` +
    installAdvice[platform];
  let said: string;
  try {
    const { stdout, stderr } = await run(program, ["-version"]);
    said = stderr + stdout;
  } catch (error) {
    throw new Failure(`there is no Java (${program})`, next, { cause: error });
  }
  const version = parseJavaVersion(said);
  if (version === undefined) {
    const line = said.trim().split("\n")[0];
    throw new Failure(`${program} does not say its version: ${line}`, next);
  }
  if (version < oldestJava) {
    throw new Failure(
      `Java ${version} (${program}) is too old: expected ${oldestJava} or ` +
        "newer",
      `${next}; or point JAVA_HOME to a newer one`,
    );
  }
}
