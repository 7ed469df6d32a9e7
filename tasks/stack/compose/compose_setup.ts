// Sets the Compose stack up: checks the machine, finds the network, starts the
// services.

import { realPorts } from "../../../lib/merge_settings.ts";
import { progress } from "../../cli/print.ts";
import { createDocker, type Docker } from "../../docker/docker.ts";
import { inspectProject } from "../../docker/inspect.ts";
import {
  type Profile,
  profiles as allProfiles,
  serviceFacts,
} from "../services.ts";
import { stackDefaults } from "../stack_defaults.ts";
import {
  composeFiles,
  type ComposeSettings,
  composeSettings,
  environmentNotes,
} from "../compose_settings.ts";
import type { Variables } from "../stack_record.ts";
import { type ComposeStack, createComposeStack } from "./compose_stack.ts";
import { portsOf } from "./preflight/host_ports.ts";
import { preflight } from "./preflight/preflight.ts";
import { removeStandalone } from "./preflight/standalone.ts";

/** Where `setup` keeps what later commands need. */
export interface Keeping {
  /** Writes it, before what it describes is started. */
  keep(variables: Variables): void;
  /** Takes back what was written, as nothing was started. */
  takeBack(): void;
}

interface ComposeSetupOptions extends Keeping {
  readonly standalone: boolean;
  /** The mode of Kafka; by default the one of the last setup. */
  readonly mode?: "kraft" | "zookeeper" | undefined;
  /** Profiles to use from now on, or no longer; others stay as they were. */
  readonly profiles: Readonly<Partial<Record<Profile, boolean>>>;
}

/** The variables that differ from the defaults of compose.yaml. */
export function toKeep(
  settings: ComposeSettings,
  network: string,
): Variables {
  const { isKraft, profiles, moreProfiles } = settings;
  const moved = portsOf(settings.ports, serviceFacts)
    .map(({ setting, port }) => [setting, String(port)] as const)
    .filter(([setting, port]) => port !== stackDefaults[setting]);
  return {
    ...network === stackDefaults.DAS_NETWORK ? {} : { DAS_NETWORK: network },
    ...isKraft ? { COMPOSE_FILE: composeFiles(settings) } : {},
    ...profiles.length === 0
      ? {}
      : { COMPOSE_PROFILES: [...profiles, ...moreProfiles].join(",") },
    ...Object.fromEntries(moved),
  };
}

export async function setUpCompose(
  { standalone, mode, profiles, keep, takeBack }: ComposeSetupOptions,
): Promise<ComposeStack> {
  environmentNotes(realPorts.env).forEach(progress);
  const current = composeSettings(realPorts);
  const isKraft = mode === undefined ? current.isKraft : mode === "kraft";
  const settings = {
    ...current,
    isKraft,
    profiles: allProfiles.filter((name) =>
      profiles[name] ?? current.profiles.includes(name)
    ),
  };
  const dropped = serviceFacts
    .filter(({ profile }) =>
      profile !== undefined && profiles[profile] === false
    )
    .map(({ name }) => name);
  const docker = createDocker();
  const { standaloneNetwork } = settings;
  let isKept = false;
  let isChanging = false;

  function beforeCreate(network: string): void {
    keep(toKeep(settings, network));
    isKept = true;
  }

  try {
    const { network, isStandalone } = await preflight(
      { settings, standalone, beforeCreate },
      progress,
    );
    progress("Starting the containers");
    const stack = createComposeStack({ settings, network });
    await stack.up(progress, () => {
      beforeCreate(network);
      isChanging = true;
    });
    await stack.remove(dropped, progress);
    // A stack that was standalone before has just left its own network.
    if (!isStandalone) await removeStandalone(docker, standaloneNetwork);
    return stack;
  } catch (error) {
    if (isKept) {
      await tidy(docker, settings, isChanging).then(
        (isNothingThere) => isNothingThere && takeBack(),
        // The engine fails: what is there is unknown, and the record stays.
        () => {},
      );
    }
    throw error;
  }
}

/** After a failed start; returns whether nothing of it is left. */
async function tidy(
  docker: Docker,
  { project, standaloneNetwork }: ComposeSettings,
  hasChanged: boolean,
): Promise<boolean> {
  await removeStandalone(docker, standaloneNetwork);
  return !hasChanged || (await inspectProject(docker, project)).length === 0;
}
