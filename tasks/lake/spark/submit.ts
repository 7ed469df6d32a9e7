// How a job gets to a Spark and ends there: the seam between the commands and
// the three places where Spark may be.

import type { SparkProperties } from "./spark_properties.ts";

/** A program of `lakehouse/spark/` with what it is to do. */
export interface SparkJob {
  /** One job of a name runs at a time: `crypto-spark-run`. */
  readonly name: string;
  /** `run`, `sql`, `history`, `status`, `verify` or `maintain`. */
  readonly subcommand: string;
  /** For the program alone: it may hold passwords of brokers. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The jobs of a place: who runs, and an end for it. */
export interface Jobs {
  /** Says who runs a job of that name; `undefined` where none runs. */
  holder(name: string): Promise<string | undefined>;
  /**
   * Ends a job and waits until no process of it is left.
   *
   * @returns what was ended; `undefined` where none ran.
   * @throws {CommandError} where a process is left.
   */
  stop(name: string): Promise<string | undefined>;
}

/** A place where Spark is. */
export interface Submit extends Jobs {
  /** What it is, for a progress line. */
  readonly place: string;
  /** The place of checkpoints that its settings imply, if they do. */
  readonly checkpoints: string | undefined;
  /** Texts that no output may show. */
  readonly secrets: readonly string[];
  /**
   * Runs a job until it ends; gives the exit code.
   *
   * @param onLine Gets every line that it prints.
   * @throws {CommandError} where the job cannot be started.
   */
  run(job: SparkJob, onLine: (line: string) => void): Promise<number>;
}

/** Seconds that a job has for the end of its batch before it is killed. */
export const graceSeconds = 45;

const javaOptions = "spark.driver.extraJavaOptions";

/**
 * Spark's properties for a job. One that ends soon is compiled once: Java's
 * second compiler would take half of its processor time and not pay that back.
 */
export function propertiesFor(
  { subcommand, options }: SparkJob,
  properties: SparkProperties,
): SparkProperties {
  if (subcommand === "run" && options.once !== true) return properties;
  const own = properties[javaOptions] ?? "";
  return {
    ...properties,
    [javaOptions]: `-XX:TieredStopAtLevel=1 ${own}`.trim(),
  };
}
