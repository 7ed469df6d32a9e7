// PART-A and a broker on its network: for a tier, or as they run already.

import { realPorts } from "../../lib/merge_settings.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import { inspectContainers } from "../../tasks/docker/inspect.ts";
import { run } from "../../tasks/host/run_process.ts";
import { sparkSettings } from "../../tasks/lake/spark/spark_settings.ts";
import { composeSettings } from "../../tasks/stack/compose_settings.ts";

/** PART-A's notebook: where it runs, PART-A does. */
export const notebook = "hive-spark-notebook";

/** Starts and removes a PART-A; another place is set with PART_A_LAKE. */
export function rigPath(): string {
  return Deno.env.get("PART_A_LAKE") ??
    pathOf(new URL("../shared/rig/lake/part-a-lake.sh", projectDir));
}

/** Whether a PART-A runs on this machine's engine. */
export async function isPartAUp(): Promise<boolean> {
  const { code, stdout } = await createDocker().run([
    ...["container", "inspect", notebook, "--format", "{{.State.Status}}"],
  ]);
  return code === 0 && stdout.trim() === "running";
}

/** Runs the rig's script; its output is shown. */
export async function rig(word: "up" | "down"): Promise<void> {
  const { code } = await run(rigPath(), [word], { output: "inherit" });
  if (code !== 0) throw new Error(`${rigPath()} ${word}: exit code ${code}`);
}

/**
 * Removes one-shot jobs on PART-A's network: those of tests that were ended,
 * which would keep it.
 */
export async function removeJobs(): Promise<void> {
  const docker = createDocker();
  const [found] = await inspectContainers(docker, [notebook]);
  const networks = found?.networks ?? [];
  const names = (await docker.output([
    ...["ps", "-a", "--filter", "name=^crypto-spark-"],
    ...networks.flatMap((network) => ["--filter", `network=${network}`]),
    ...["--format", "{{.Names}}"],
  ])).split("\n").filter(Boolean);
  if (networks.length === 0 || names.length === 0) return;
  await docker.run(["rm", "-f", ...names]);
}

/**
 * The folder of packages that the rig's stand-in of an image has; none in an
 * image of Apache's.
 */
export async function ivyOfRig(image: string): Promise<string | undefined> {
  const { stdout } = await createDocker().run([
    ...["image", "inspect", image, "--format"],
    '{{index .Config.Labels "rig.inputs"}}',
  ]);
  return stdout.trim() === "" ? undefined : "/opt/rig-ivy";
}

/**
 * Removes the volume that has the archives of tests; where jobs fetch their
 * packages, it has those too, and stays.
 */
export async function removeArchives(): Promise<void> {
  if (await ivyOfRig(sparkSettings[0][1]) === undefined) return;
  await createDocker().run(["volume", "rm", "-f", packagesVolume()]);
}

/** The volume of one-shot jobs. */
export function packagesVolume(): string {
  return `${composeSettings(realPorts).project}_spark-packages`;
}
