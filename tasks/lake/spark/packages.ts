// What a Spark needs beside itself, by its version.

import { CommandError } from "../../../lib/errors.ts";

/** A Spark, by the name of its `spark-core` jar. */
export interface SparkVersion {
  /** `3.5.7`. */
  readonly version: string;
  /** `2.12`. */
  readonly scala: string;
}

interface Fitting {
  readonly iceberg: string;
  /** Hadoop as this Spark brings it; hadoop-aws has to be the same. */
  readonly hadoop: string;
  /** The store's client; newer versions of hadoop-aws name their own. */
  readonly aws?: string;
}

/**
 * Iceberg is 1.5.2 at least: older ones write files whose names repeat after a
 * restart of a stream, so that rows are lost without an error.
 */
const fitting: Readonly<Record<string, Fitting>> = {
  "3.4": { iceberg: "1.5.2", hadoop: "3.3.4", aws: "1.12.262" },
  "3.5": { iceberg: "1.11.0", hadoop: "3.3.4", aws: "1.12.262" },
  "4.0": { iceberg: "1.11.0", hadoop: "3.4.1" },
};

const oldestIceberg = [1, 5, 2] as const;

/**
 * Finds the version in the names of Spark's jars.
 *
 * @param listing The names, one a line.
 */
export function versionOfJars(listing: string): SparkVersion | undefined {
  const found =
    /^(?:.*\/)?spark-core_(?<scala>\d+\.\d+)-(?<version>\d+\.\d+\.\d+)\S*\.jar\s*$/m
      .exec(listing)?.groups;
  return found === undefined
    ? undefined
    : { version: found.version ?? "", scala: found.scala ?? "" };
}

/** The version that the tag of an image of Apache's names, if it does. */
export function versionOfImage(image: string): SparkVersion | undefined {
  const tag =
    /(?:^|\/)apache\/spark:(?<tag>(?<version>\d+\.\d+\.\d+)(?:-\S+)?)$/
      .exec(image)?.groups;
  const version = tag?.version;
  if (version === undefined) return undefined;
  const named = /scala(\d+\.\d+)/.exec(tag?.tag ?? "")?.[1];
  return {
    version,
    scala: named ?? (version.startsWith("3.") ? "2.12" : "2.13"),
  };
}

function artifactOf(coordinate: string): string {
  return coordinate.split(":").slice(0, 2).join(":");
}

/** Whether a version is older than another one; a missing part counts as 0. */
function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map((part) => Number.parseInt(part, 10));
  for (const [index, wanted] of than.entries()) {
    const part = parts[index] || 0;
    if (part !== wanted) return part < wanted;
  }
  return false;
}

/**
 * Refuses an Iceberg that loses rows.
 *
 * @throws {CommandError} that names it.
 */
export function refuseOldIceberg(coordinates: readonly string[]): void {
  for (const coordinate of coordinates) {
    const [, artifact = "", version = ""] = coordinate.split(":");
    if (!artifact.startsWith("iceberg-spark-runtime")) continue;
    if (!isOlder(version, oldestIceberg)) continue;
    throw new CommandError(
      `${coordinate} loses rows of restarted streams: expected Iceberg ` +
        `${oldestIceberg.join(".")} or later`,
      "leave SPARK_PACKAGES empty, or name a later one there",
    );
  }
}

/**
 * The coordinates for a Spark, PART-A's own among them.
 *
 * @param own What PART-A's settings name: kept, unless it is an Iceberg or a
 * Kafka connector, which have to fit.
 * @throws {CommandError} for a Spark that nothing is known of.
 */
export function packagesFor(
  { version, scala }: SparkVersion,
  own: readonly string[] = [],
): string[] {
  const minor = version.split(".").slice(0, 2).join(".");
  const fit = Object.hasOwn(fitting, minor) ? fitting[minor] : undefined;
  if (fit === undefined) {
    throw new CommandError(
      `Spark ${version} is not among those whose packages are known: ` +
        Object.keys(fitting).join(", "),
      "name Iceberg, the Kafka connector and hadoop-aws in SPARK_PACKAGES, or " +
        "set SPARK_IMAGE",
    );
  }
  const needed = [
    `org.apache.iceberg:iceberg-spark-runtime-${minor}_${scala}:${fit.iceberg}`,
    `org.apache.hadoop:hadoop-aws:${fit.hadoop}`,
    ...fit.aws === undefined
      ? []
      : [`com.amazonaws:aws-java-sdk-bundle:${fit.aws}`],
    `org.apache.spark:spark-sql-kafka-0-10_${scala}:${version}`,
  ];
  const known = new Set(needed.map(artifactOf));
  const more = own.filter((one) =>
    !known.has(artifactOf(one)) &&
    !/:(?:iceberg-spark-runtime|spark-sql-kafka|spark-streaming-kafka)-/
      .test(one) &&
    !(fit.aws === undefined && one.startsWith("com.amazonaws:"))
  );
  return [...needed, ...more];
}

/**
 * The packages for what `spark-submit --version` prints.
 *
 * @throws {CommandError} where that names no version.
 */
export function packagesOfBanner(text: string): string[] {
  const version = /version (\d+\.\d+\.\d+)/.exec(text)?.[1];
  const scala = /Scala version (\d+\.\d+)/.exec(text)?.[1];
  if (version === undefined || scala === undefined) {
    throw new CommandError(
      "SPARK_SUBMIT does not tell its version",
      "check it with --version, or name the packages in SPARK_PACKAGES",
    );
  }
  return packagesFor({ version, scala });
}
