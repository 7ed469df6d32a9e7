// PART-A as it runs: its network, and the settings of its Spark.

import { CommandError } from "../../../lib/errors.ts";
import { type ContainerSeen, partANames } from "../../docker/container.ts";
import type { Docker } from "../../docker/docker.ts";
import { inspectContainers } from "../../docker/inspect.ts";
import { type SparkVersion, versionOfJars } from "./packages.ts";
import { parseProperties, type SparkProperties } from "./spark_properties.ts";

/** PART-A's notebook and what it says. */
export interface PartA {
  readonly notebook: ContainerSeen;
  /** The network that its services share. */
  readonly network: string;
  /** All of its `spark-defaults.conf`. */
  readonly properties: SparkProperties;
  /** The store's credentials: AWS_*. */
  readonly env: Readonly<Record<string, string>>;
  readonly spark: SparkVersion | undefined;
}

/** Prints both in one call; each costs a tenth of a second. */
const ask = `home=\${SPARK_HOME:-/usr/local/spark}
cat "\${SPARK_CONF_DIR:-$home/conf}/spark-defaults.conf"
echo
for jar in "$home"/jars/spark-core_*.jar; do echo "# $jar"; done`;

function sharedNetwork(
  notebook: ContainerSeen,
  others: readonly ContainerSeen[],
): string | undefined {
  const isShared = (name: string) =>
    others.some(({ networks }) => networks.includes(name));
  return notebook.networks.find(isShared) ?? notebook.networks[0];
}

/**
 * Reads them.
 *
 * @param name The notebook's container.
 * @throws {CommandError} where it does not run.
 */
export async function readPartA(docker: Docker, name: string): Promise<PartA> {
  // Asks for the engine first: without one there is no container either.
  await docker.output(["version", "--format", "{{.Server.Version}}"]);
  const seen = await inspectContainers(docker, [name, ...partANames]);
  const notebook = seen.find((one) => one.name === name);
  if (notebook?.status !== "running") {
    throw new CommandError(
      notebook === undefined
        ? `PART-A's notebook ${name} is missing: no container has that name`
        : `PART-A's notebook ${name} is not running (${notebook.status})`,
      notebook === undefined
        ? "start PART-A, or name its notebook in SPARK_NOTEBOOK; for the " +
          "embedded engine leave out --engine=spark"
        : `docker start ${name}`,
    );
  }
  const network = sharedNetwork(
    notebook,
    seen.filter((one) => one !== notebook),
  );
  if (network === undefined) {
    throw new CommandError(
      `PART-A's notebook ${name} is on no network`,
      "start it as PART-A's own Compose files do",
    );
  }
  const text = await docker.output(["exec", name, "sh", "-c", ask]);
  const properties = parseProperties(text);
  if (properties["spark.sql.defaultCatalog"] === undefined) {
    throw new CommandError(
      `${name} has no spark.sql.defaultCatalog in its spark-defaults.conf`,
      "name PART-A's catalog and store there, or in SPARK_PROPERTIES_FILE",
    );
  }
  return {
    notebook,
    network,
    properties,
    env: Object.fromEntries(
      Object.entries(notebook.env).filter(([key]) => key.startsWith("AWS_")),
    ),
    spark: versionOfJars(text.replaceAll(/^# /gm, "")),
  };
}

/** The packages that PART-A's settings name. */
export function packagesOfPartA({ properties }: PartA): string[] {
  return (properties["spark.jars.packages"] ?? "").split(",")
    .map((one) => one.trim()).filter(Boolean);
}

/** Properties without the list of packages, which is for one Spark alone. */
export function withoutPackages(properties: SparkProperties): SparkProperties {
  const { "spark.jars.packages": _, ...rest } = properties;
  return rest;
}
