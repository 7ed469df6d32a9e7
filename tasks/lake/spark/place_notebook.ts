// Puts the notebook with its programs and settings into PART-A's Jupyter.

import { pathOf, projectDir } from "../../../lib/project.ts";
import type { InNotebookOptions } from "./in_notebook.ts";
import { formatProperties } from "./spark_properties.ts";
import { propertiesFor } from "./submit.ts";

/** The notebook's file. */
export const notebookFile = "crypto_lake.ipynb";

/** What a notebook is put there with. */
export interface PlaceNotebook {
  /** Its folder in Jupyter's own: a name. */
  readonly folder: string;
  /** For the programs: it may hold passwords of brokers. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether one that is there already is replaced. */
  readonly replace: boolean;
}

/** The programs may be those of an older version; some may be gone since. */
const clear = `mkdir -p "$1" && rm -rf "$1/spark" "$1/sql"
if [ -e "$1/${notebookFile}" ]; then echo there; fi`;

/** Java compiles as for a job that ends soon. */
const session = { name: "notebook", subcommand: "notebook", options: {} };

/** As variables: other users of this machine can read arguments. */
const write = `umask 077
printf '%s' "$LAKE_SETTINGS" >"$1/lake.json" &&
printf '%s' "$LAKE_PROPERTIES" >"$1/lake.properties" &&
chown -R "$2" "$1" && chmod -R u+rwX,go-rwx "$1"`;

/**
 * Puts it there. The folder is Jupyter's, not a mounted one: what is in it
 * belongs to no user of this machine, and ends with the container.
 *
 * @returns whether the notebook was copied; not where it was kept.
 */
export async function placeNotebook(
  options: InNotebookOptions,
  { folder, settings, replace }: PlaceNotebook,
): Promise<boolean> {
  const { docker, dockerWith, notebook, user } = options;
  // The image's working directory is the root of Jupyter's files.
  const home = (await docker.output(["exec", notebook, "pwd"])).trim();
  const path = `${home.replace(/\/$/, "")}/${folder}`;
  const root = ["exec", "--user", "0"];
  const found = await docker.output([
    ...[...root, notebook, "sh", "-c", clear, "sh", path],
  ]);
  const isKept = found.includes("there") && !replace;
  const parts = ["spark", "sql"];
  if (!isKept) parts.push(`notebooks/${notebookFile}`);
  for (const part of parts) {
    const from = pathOf(new URL(`lakehouse/${part}`, projectDir));
    await docker.output(["cp", from, `${notebook}:${path}/`]);
  }
  const client = dockerWith({
    LAKE_SETTINGS: JSON.stringify(settings),
    LAKE_PROPERTIES: formatProperties(propertiesFor(session, {
      ...options.properties,
      "spark.driver.memory": options.memory,
      "spark.jars.packages": options.packages.join(","),
    })),
  });
  await client.output([
    ...[...root, "-e", "LAKE_SETTINGS", "-e", "LAKE_PROPERTIES", notebook],
    ...["sh", "-c", write, "sh", path, user],
  ]);
  return !isKept;
}
