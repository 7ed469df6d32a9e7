// Spark alone, without PART-A: in its image, or installed with pip where that is
// missing.

import { delimiter, dirname } from "node:path";
import { pathOf } from "../../lib/project.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import { ensurePythonTool } from "../../tasks/host/python_tool.ts";
import { type ProcessResult, run } from "../../tasks/host/run_process.ts";
import { sparkSettings } from "../../tasks/lake/spark/spark_settings.ts";
import { findPythonTool } from "../harness/python_tool.ts";

const image = sparkSettings[0][1];

/** Of the same version, from PyPI. */
export const pipSpark: readonly string[] = ["pyspark==3.5.7"];

export interface LocalJob {
  /** A file of this folder. */
  readonly program: string;
  /** Its arguments, in their order: folders that it reads. */
  readonly folders: Readonly<Record<string, string>>;
}

const options = [
  "--conf",
  "spark.ui.enabled=false",
  "--driver-memory",
  "1g",
  "--driver-java-options",
  // Most of the time goes into plans that run once: half of it into C2.
  "-Duser.timezone=Asia/Kolkata -XX:TieredStopAtLevel=1",
];

/**
 * Runs a program with `spark-submit`, in a zone of half hours.
 *
 * @returns `undefined` where Spark cannot be had, unless CI is set.
 */
export async function submitLocal(
  { program, folders }: LocalJob,
): Promise<ProcessResult | undefined> {
  const file = pathOf(new URL(program, import.meta.url));
  const docker = createDocker();
  const found = await docker.run(["image", "inspect", image])
    .catch(() => undefined);
  if (found?.code !== 0) return await submitOfPip(file, folders);
  const name = `crypto-stream-models-${crypto.randomUUID().slice(0, 8)}`;
  const mounts = Object.entries(folders)
    .flatMap(([at, path]) => ["-v", `${path}:/${at}:ro`]);
  try {
    return await docker.run([
      "run",
      "--rm",
      "--name",
      name,
      // The folders are those readable only to the user who runs the tests.
      "--user",
      "root",
      ...mounts,
      "-v",
      `${file}:/program.py:ro`,
      "--entrypoint",
      "/opt/spark/bin/spark-submit",
      image,
      ...options,
      "/program.py",
      ...Object.keys(folders).map((at) => `/${at}`),
    ], { timeoutMs: Infinity });
  } finally {
    await docker.run(["rm", "-f", name]);
  }
}

async function submitOfPip(
  file: string,
  folders: LocalJob["folders"],
): Promise<ProcessResult | undefined> {
  const submit = await findPythonTool((ports) =>
    ensurePythonTool({ name: "spark-submit", packages: pipSpark }, ports)
  );
  if (submit === undefined) return undefined;
  const path = [dirname(submit), Deno.env.get("PATH")].join(delimiter);
  return await run(submit, [...options, file, ...Object.values(folders)], {
    env: { PATH: path, PYSPARK_PYTHON: "python3" },
  });
}
