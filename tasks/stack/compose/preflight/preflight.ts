// What `setup` asks before it starts a container: one line for each check.

import { pathOf, projectDir } from "../../../../lib/project.ts";
import type { Progress } from "../../../cli/print.ts";
import { CommandError } from "../../../../lib/errors.ts";
import {
  type ContainerSeen,
  networkOf,
  partANames,
} from "../../../docker/container.ts";
import { createDocker, type Docker } from "../../../docker/docker.ts";
import { inspectContainers, inspectProject } from "../../../docker/inspect.ts";
import { listContainers } from "../../../docker/list_containers.ts";
import { findPortOwner } from "../../../host/port_owner.ts";
import { isFree } from "../../../host/ports.ts";
import { run } from "../../../host/run_process.ts";
import type { ComposeSettings } from "../../compose_settings.ts";
import { servicesOf } from "../../services.ts";
import {
  type Engine,
  formatMemory,
  memoryWarning,
  parseCompose,
  parseEngine,
} from "./engine.ts";
import { portsOf, requirePorts } from "./host_ports.ts";
import { inspectNeighbours, requireAliases, requireNames } from "./names.ts";
import { chooseNetwork } from "./network.ts";
import { judgePartA } from "./part_a.ts";
import { realFiles, requirePackages, requireReadable } from "./readable.ts";
import { ensureStandalone } from "./standalone.ts";

export interface PreflightOptions {
  readonly settings: ComposeSettings;
  readonly standalone: boolean;
  /** Called with the network of its own before that is created. */
  readonly beforeCreate?: (network: string) => void;
}

export interface Preflight {
  readonly network: string;
  /** Whether it is our own, without PART-A. */
  readonly isStandalone: boolean;
}

/** Reports a check: `ok    engine     Docker 20.10.24`. */
type Report = (verdict: "ok" | "warn", check: string, text: string) => void;

async function checkEngine(
  docker: Docker,
  settings: ComposeSettings,
  report: Report,
): Promise<Engine> {
  const [info, compose] = await Promise.all([
    docker.run(["info", "--format", "{{json .}}"]),
    docker.run(["compose", "version", "--short"]),
  ]);
  const engine = parseEngine(info);
  const versions = `Docker ${engine.version}, Compose ${parseCompose(compose)}`;
  report("ok", "engine", `${versions}, ${formatMemory(engine.memoryBytes)}`);
  const warning = memoryWarning(engine, servicesOf(settings));
  if (warning !== undefined) report("warn", "memory", warning);
  return engine;
}

function checkFolder(
  { isDesktop }: Engine,
  settings: ComposeSettings,
  report: Report,
): void {
  const folder = pathOf(projectDir);
  requirePackages(folder, realFiles);
  report("ok", "packages", "vendor/ and node_modules/ are installed");
  // Docker makes up the owners and modes of mounted files there.
  if (Deno.build.os === "windows" || isDesktop) return;
  const more = servicesOf(settings).flatMap(({ reads }) => reads ?? []);
  requireReadable(folder, realFiles, [...new Set(more)]);
  report("ok", "folder", "the producer's user can read it");
}

async function checkMachine(
  docker: Docker,
  settings: ComposeSettings,
  report: Report,
): Promise<readonly string[]> {
  const { project, prefix } = settings;
  const containers = await listContainers(docker);
  const services = servicesOf(settings);
  const names = services.map(({ part }) => `${prefix}-${part}`);
  requireNames(names, project, containers);
  const wanted = portsOf(settings.ports, services);
  await requirePorts(wanted, {
    containers,
    project,
    isFree,
    ownerOf: (port) => findPortOwner(port, Deno.build.os, run),
  });
  const numbers = wanted.map(({ port }) => port).join(", ");
  report("ok", "ports", `${numbers} on 127.0.0.1, free or ours`);
  return names;
}

/** PART-A's network; for `stays`, `undefined` and a warning instead of an error. */
function findPartA(
  partA: readonly ContainerSeen[],
  { remembered, stays }: {
    readonly remembered: string | undefined;
    readonly stays: boolean;
  },
  report: Report,
): string | undefined {
  try {
    return chooseNetwork(judgePartA(partA), remembered);
  } catch (error) {
    if (!stays || !(error instanceof CommandError)) throw error;
    if (partA.length > 0) report("warn", "part-a", error.message);
    return undefined;
  }
}

async function findNetwork(
  docker: Docker,
  { standalone, settings, beforeCreate }: PreflightOptions,
  report: Report,
): Promise<Preflight> {
  const { standaloneNetwork: own, project } = settings;
  // Where .env was lost, the containers still know.
  const remembered = settings.network ??
    networkOf(await inspectProject(docker, project));
  const wasAlone = remembered === own;
  // Unlike the filters of `docker ps`, inspecting takes whole names.
  const network = standalone ? undefined : findPartA(
    await inspectContainers(docker, partANames),
    // An earlier --standalone stays in effect until PART-A is running.
    { remembered, stays: wasAlone },
    report,
  );
  if (network === undefined) {
    beforeCreate?.(own);
    const done = await ensureStandalone(docker, own);
    const why = standalone ? "" : ", as at the last setup";
    report("ok", "network", `${own}, ${done}, without PART-A${why}`);
    return { network: own, isStandalone: true };
  }
  report("ok", "part-a", `${partANames.join(" and ")} are running`);
  if (remembered === undefined || remembered === network) {
    report("ok", "network", `${network}, found through hive-minio`);
  } else {
    const stay = wasAlone ? " (to stay: deno task setup --standalone)" : "";
    report(
      "warn",
      "network",
      `DAS_NETWORK=${remembered} is not PART-A's: using ${network}${stay}`,
    );
  }
  return { network, isStandalone: false };
}

/**
 * Checks the machine, the project's folder and PART-A. It changes nothing, except
 * that `standalone` creates a network.
 */
export async function preflight(
  options: PreflightOptions,
  progress: Progress,
): Promise<Preflight> {
  const { settings } = options;
  const docker = createDocker();
  const report: Report = (verdict, check, text) =>
    progress(`${verdict.padEnd(5)} ${check.padEnd(10)} ${text}`);
  const engine = await checkEngine(docker, settings, report);
  checkFolder(engine, settings, report);
  const names = await checkMachine(docker, settings, report);
  const found = await findNetwork(docker, options, report);
  const neighbours = await inspectNeighbours(docker, found.network);
  const own = { names, project: settings.project };
  requireAliases(found.network, own, neighbours);
  report(
    "ok",
    "names",
    `no other container on ${found.network} uses our names`,
  );
  return found;
}
