// `deno task lake export` of the container's lake: the files are written on its
// volume, then copied into a folder of this machine.

import { resolve } from "node:path";
import {
  makeExportFolder,
  removeIfEmpty,
} from "../../lakehouse/lake/export_folder.ts";
import { CommandError, UsageError } from "../../lib/errors.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { listenForStop } from "../../lib/stop_signals.ts";
import { parseFlags } from "../cli/command.ts";
import { createDocker } from "../docker/docker.ts";
import type { ComposeStack } from "../stack/compose/compose_stack.ts";
import { lakeServiceName } from "../stack/compose/lake_service.ts";
import { composeSettings } from "../stack/compose_settings.ts";
import { command } from "./export_lake.ts";

const long = { timeoutMs: Infinity };

/**
 * Exports it.
 *
 * @param args The command's arguments, `FOLDER` among them.
 * @returns the exit code.
 * @throws {CommandError} when the container does not run, or the folder has
 * files.
 */
export async function exportContainersLake(
  args: readonly string[],
  stack: ComposeStack,
): Promise<number> {
  const flags = parseFlags(args, command.flags);
  const [folder] = flags.words;
  if (folder === undefined) {
    throw new UsageError("expected a folder: deno task lake export FOLDER");
  }
  const lake = (await stack.status())
    .find(({ name }) => name === lakeServiceName);
  if (lake === undefined || !["running", "starting"].includes(lake.state)) {
    throw new CommandError(
      `its container is ${lake?.state ?? "missing"}`,
      "start it: deno task setup",
    );
  }
  const outputDir = resolve(folder);
  const isNew = makeExportFolder(outputDir);
  const docker = createDocker();
  const container = `${composeSettings(realPorts).prefix}-lake`;
  const inside = `/deno-dir/export-${crypto.randomUUID()}`;
  const at = flags.value("at");
  // An interrupted one is cleaned up too.
  listenForStop(() => {});
  let isDone = false;
  try {
    const { code } = await stack.runInLake({
      args: [
        ...["tasks/lake.ts", "export", inside],
        ...at === undefined ? [] : [`--at=${at}`],
        ...flags.has("json") ? ["--json"] : [],
      ],
      call: { output: "inherit" },
    });
    if (code !== 0) return code;
    await docker.output(["cp", `${container}:${inside}/.`, outputDir], long);
    isDone = true;
    return 0;
  } finally {
    if (!isDone && isNew) removeIfEmpty(outputDir);
    await docker.run(["exec", container, "rm", "-rf", inside], long);
  }
}
