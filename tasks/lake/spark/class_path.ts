// Packages that are there already go on Java's class path: Spark would resolve
// them through Ivy and copy each of the 360 MB twice, at every start.

import type { SparkProperties } from "./spark_properties.ts";

/** What a coordinate brings beside its own jar, and Spark does not have. */
const furtherJars: Readonly<Record<string, readonly string[]>> = {
  "iceberg-spark-runtime-3.4": [],
  "iceberg-spark-runtime-3.5": [],
  "hadoop-aws:3.3.4": ["org.wildfly.openssl_wildfly-openssl-1.0.7.Final"],
  "aws-java-sdk-bundle": [],
  "spark-sql-kafka-0-10:3.4": [
    "org.apache.kafka_kafka-clients-3.3.2",
    "org.apache.commons_commons-pool2-2.11.1",
  ],
  "spark-sql-kafka-0-10:3.5": [
    "org.apache.kafka_kafka-clients-3.4.1",
    "org.apache.commons_commons-pool2-2.11.1",
  ],
};

function furtherOf(artifact: string, version: string): string[] | undefined {
  const [name = "", scala] = artifact.split("_");
  const minor = version.split(".").slice(0, 2).join(".");
  const found = furtherJars[name] ?? furtherJars[`${name}:${version}`] ??
    furtherJars[`${name}:${minor}`];
  if (found === undefined) return undefined;
  const token = `spark-token-provider-kafka-0-10_${scala}-${version}`;
  return name === "spark-sql-kafka-0-10"
    ? [...found, `org.apache.spark_${token}`]
    : [...found];
}

/**
 * The files that Ivy keeps for coordinates, as it names them.
 *
 * @returns `undefined` where that is not known of all of them.
 */
export function jarsOf(packages: readonly string[]): string[] | undefined {
  const all: string[] = [];
  for (const coordinate of packages) {
    const [group = "", artifact = "", version = ""] = coordinate.split(":");
    const further = furtherOf(artifact, version);
    if (further === undefined) return undefined;
    all.push(`${group}_${artifact}-${version}`, ...further);
  }
  return all.map((name) => `${name}.jar`);
}

/** Properties that say themselves where Java's classes are from. */
const ownPlaces = ["spark.driver.extraClassPath", "spark.jars.packages"];

/**
 * The first two arguments of {@linkcode chooseJars}: packages and jars, the
 * latter empty where Spark is to get them itself, as for executors elsewhere.
 */
export function jarArgs(
  packages: readonly string[],
  properties: SparkProperties,
): [string, string] {
  const isLocal = /^local(?:\[|$)/.test(
    properties["spark.master"] ?? "local",
  );
  const isOwn = ownPlaces.some((name) => properties[name] !== undefined);
  const jars = isLocal && !isOwn ? jarsOf(packages) : undefined;
  return [packages.join(","), jars?.join(" ") ?? ""];
}

/**
 * Lines of a shell script that put the jars of `$ivy`, or the packages where
 * one of them is missing, before the arguments.
 */
export const chooseJars = `packages=$1 jars=$2 path=
shift 2
for jar in $jars; do
  if [ ! -f "$ivy/jars/$jar" ]; then path=; break; fi
  path="$path:$ivy/jars/$jar"
done
if [ -n "$path" ]; then
  set -- --conf "spark.driver.extraClassPath=\${path#:}" "$@"
else
  set -- --packages "$packages" "$@"
fi`;
