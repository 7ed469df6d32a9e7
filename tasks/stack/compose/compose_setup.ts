// Sets the Compose stack up: checks the machine, finds the network, starts the
// services.

import { realPorts } from "../../../lib/merge_settings.ts";
import { progress } from "../../cli/print.ts";
import { createDocker } from "../../docker/docker.ts";
import { defaultPorts, stackDefaults } from "../stack_defaults.ts";
import {
  composeFiles,
  type ComposeSettings,
  composeSettings,
  environmentNotes,
} from "../compose_settings.ts";
import { type ComposeStack, createComposeStack } from "./compose_stack.ts";
import { preflight } from "./preflight/preflight.ts";
import { removeStandalone } from "./preflight/standalone.ts";

interface ComposeSetupOptions {
  readonly standalone: boolean;
  /** The mode of Kafka; by default the one of the last setup. */
  readonly mode?: "kraft" | "zookeeper" | undefined;
}

export interface ComposeSetup {
  readonly stack: ComposeStack;
  readonly keep: Readonly<Record<string, string>>;
}

/** The variables that differ from the defaults of compose.yaml. */
export function toKeep(
  settings: ComposeSettings,
  network: string,
): Record<string, string> {
  const { ports, isKraft } = settings;
  const moved = (name: string, port: number, usual: number) =>
    port === usual ? {} : { [name]: String(port) };
  return {
    ...network === stackDefaults.DAS_NETWORK ? {} : { DAS_NETWORK: network },
    ...isKraft ? { COMPOSE_FILE: composeFiles(settings) } : {},
    ...moved("KAFKA_HOST_PORT", ports.kafka, defaultPorts.kafka),
    ...moved("KAFKA_UI_HOST_PORT", ports.ui, defaultPorts.ui),
    ...moved("ZOOKEEPER_HOST_PORT", ports.zookeeper, defaultPorts.zookeeper),
  };
}

export async function setUpCompose(
  { standalone, mode }: ComposeSetupOptions,
): Promise<ComposeSetup> {
  environmentNotes(realPorts.env).forEach(progress);
  const current = composeSettings(realPorts);
  const isKraft = mode === undefined ? current.isKraft : mode === "kraft";
  const settings = { ...current, isKraft };
  const { network, isStandalone } = await preflight(
    { settings, standalone },
    progress,
  );
  progress("Starting the containers");
  const stack = createComposeStack({ settings, network });
  const docker = createDocker();
  try {
    await stack.up(progress);
  } catch (error) {
    if (isStandalone) await removeStandalone(docker, network);
    throw error;
  }
  // A stack that was standalone before has just left its own network.
  if (!isStandalone) {
    await removeStandalone(docker, settings.standaloneNetwork);
  }
  return { stack, keep: toKeep(settings, network) };
}
