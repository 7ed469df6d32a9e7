/**
 * `setup` of the Compose stack: the machine checked, the network found, the
 * services healthy.
 *
 * @module
 */

import { realPorts } from "../../../lib/merge_settings.ts";
import { pathOf, projectDir } from "../../../lib/project.ts";
import type { Flags } from "../../cli/command.ts";
import { progress } from "../../cli/print.ts";
import { createComposeStack } from "./compose_stack.ts";
import { createDocker } from "../../docker/docker.ts";
import type { Stack } from "../stack.ts";
import { defaultPorts, stackDefaults } from "../stack_defaults.ts";
import { preflight, realPreflightPorts } from "./preflight/preflight.ts";
import { removeStandalone } from "./preflight/standalone.ts";
import {
  type ComposeSettings,
  composeSettings,
  kraftFile,
} from "./compose_settings.ts";

/** What was found and differs from what compose.yaml would take by itself. */
export function toKeep(
  { ports, isKraft }: ComposeSettings,
  network: string,
): Record<string, string> {
  const moved = (name: string, port: number, usual: number) =>
    port === usual ? {} : { [name]: String(port) };
  return {
    ...network === stackDefaults.DAS_NETWORK ? {} : { DAS_NETWORK: network },
    ...isKraft ? { COMPOSE_FILE: kraftFile } : {},
    ...moved("KAFKA_HOST_PORT", ports.kafka, defaultPorts.kafka),
    ...moved("KAFKA_UI_HOST_PORT", ports.ui, defaultPorts.ui),
    ...moved("ZOOKEEPER_HOST_PORT", ports.zookeeper, defaultPorts.zookeeper),
  };
}

/**
 * Brings the stack up.
 *
 * @throws {CommandError} with the next step to take.
 */
export async function setUpCompose(flags: Flags): Promise<{
  readonly stack: Stack;
  readonly keep: Readonly<Record<string, string>>;
}> {
  const found = composeSettings(realPorts);
  const isKraft = flags.has("kraft") ||
    found.isKraft && !flags.has("zookeeper");
  const settings = { ...found, isKraft };
  const { network, isStandalone } = await preflight({
    standalone: flags.has("standalone"),
    standaloneNetwork: settings.standaloneNetwork,
    project: settings.project,
    containerPrefix: settings.prefix,
    hostPorts: settings.ports,
    rememberedNetwork: settings.network,
    projectDir: pathOf(projectDir),
    kraft: isKraft,
  }, realPreflightPorts(progress));
  progress("Starting the containers");
  const stack = createComposeStack({
    settings,
    projectDir: pathOf(projectDir),
    network,
  });
  try {
    await stack.up(progress);
  } catch (error) {
    // It stays if somebody is on it.
    if (isStandalone) await removeStandalone(createDocker(), network);
    throw error;
  }
  // What was without PART-A before has left its own network.
  if (!isStandalone) {
    await removeStandalone(createDocker(), settings.standaloneNetwork);
  }
  return { stack, keep: toKeep(settings, network) };
}
