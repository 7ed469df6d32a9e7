// The lake's commands on the lake of the container.

import { CommandError } from "../../lib/errors.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { progress } from "../cli/print.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { createDocker } from "../docker/docker.ts";
import { openComposeStack } from "../stack/choice/choose_stack.ts";
import { refuseKilled } from "../stack/compose/lake_service.ts";
import { composeSettings } from "../stack/compose_settings.ts";

/** @throws {CommandError} where Docker fails, or there is no such volume. */
async function requireVolume(): Promise<void> {
  const { project } = composeSettings(realPorts);
  const volume = `${project}_lake-state`;
  const seen = await createDocker().run(["volume", "inspect", volume]);
  if (seen.code === 0) return;
  const found = diagnose(seen.stderr);
  throw new CommandError(
    found?.cause ?? `the lake's container has no volume ${volume} yet`,
    found?.next ?? "create it: deno task setup --lake; for a lake of this " +
        "machine set LAKE_DIR, for example LAKE_DIR=.state/lake",
  );
}

/**
 * Runs a sub-command where the container's lake is, with this process's input
 * and output.
 */
export async function runOnContainersLake(
  args: readonly string[],
): Promise<number> {
  await requireVolume();
  const { prefix } = composeSettings(realPorts);
  progress(`lake: the one of the container ${prefix}-lake`);
  const stack = openComposeStack();
  if (args[0] === "export") {
    const { exportContainersLake } = await import("./container_export.ts");
    return await exportContainersLake(args.slice(1), stack);
  }
  const terminal = [Deno.stdin, Deno.stdout, Deno.stderr]
    .every((stream) => stream.isTerminal());
  const { code } = await stack.runInLake({
    args: ["tasks/lake.ts", ...args],
    terminal,
    call: { stdin: terminal ? "inherit" : "null", output: "inherit" },
  });
  refuseKilled(code);
  return code;
}
