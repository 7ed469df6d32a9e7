// What `setup` asks before it starts a container: one line for each check.

import type { Platform } from "../../../host/platform.ts";
import { findPortOwner } from "../../../host/port_owner.ts";
import { isFree } from "../../../host/ports.ts";
import { type Run, run as realRun } from "../../../host/run_process.ts";
import { listContainers } from "../../../docker/list_containers.ts";
import { createDocker, type Docker } from "../../../docker/docker.ts";
import {
  type Engine,
  formatMemory,
  memoryWarning,
  parseCompose,
  parseEngine,
} from "./engine.ts";
import { type HostPorts, portsOf, requirePorts } from "./host_ports.ts";
import {
  containerNames,
  inspectNeighbours,
  requireAliases,
  requireNames,
} from "./names.ts";
import { chooseNetwork } from "./network.ts";
import { inspectPartA, judgePartA } from "./part_a.ts";
import { partANames } from "../../../docker/container.ts";
import {
  type Files,
  realFiles,
  requirePackages,
  requireReadable,
} from "./readable.ts";
import { ensureStandalone } from "./standalone.ts";

export interface PreflightOptions {
  /** Whether to run without PART-A, on a network of its own. */
  readonly standalone: boolean;
  readonly standaloneNetwork: string;
  readonly project: string;
  /** The prefix of container names: `crypto` in `crypto-kafka`. */
  readonly containerPrefix: string;
  readonly hostPorts: HostPorts;
  readonly rememberedNetwork?: string | undefined;
  /** The project's folder, which is mounted into the producer's container. */
  readonly projectDir: string;
  readonly kraft: boolean;
}

export interface PreflightPorts {
  readonly log: (line: string) => void;
  readonly run: Run;
  readonly files: Files;
  readonly platform: Platform;
  readonly isFree: (port: number) => Promise<boolean>;
}

export interface Preflight {
  readonly network: string;
  /** Whether it is our own, without PART-A. */
  readonly isStandalone: boolean;
  readonly engine: Engine;
  /** `2.26.1` */
  readonly composeVersion: string;
}

export function realPreflightPorts(
  log: (line: string) => void,
): PreflightPorts {
  return {
    log,
    run: realRun,
    files: realFiles,
    platform: Deno.build.os,
    isFree,
  };
}

/** The line of a check: `ok    engine     Docker 20.10.24`. */
function line(verdict: "ok" | "warn", check: string, text: string): string {
  return `${verdict.padEnd(5)} ${check.padEnd(10)} ${text}`;
}

async function checkEngine(docker: Docker, { log }: PreflightPorts) {
  const [info, compose] = await Promise.all([
    docker.run(["info", "--format", "{{json .}}"]),
    docker.run(["compose", "version", "--short"]),
  ]);
  const engine = parseEngine(info);
  const composeVersion = parseCompose(compose);
  const versions = `Docker ${engine.version}, Compose ${composeVersion}`;
  log(line("ok", "engine", `${versions}, ${formatMemory(engine.memoryBytes)}`));
  const warning = memoryWarning(engine);
  if (warning !== undefined) log(line("warn", "memory", warning));
  return { engine, composeVersion };
}

function checkFolder(
  { projectDir }: PreflightOptions,
  { isDesktop }: Engine,
  { files, platform, log }: PreflightPorts,
): void {
  requirePackages(projectDir, files);
  log(line("ok", "packages", "vendor/ and node_modules/ are installed"));
  // Docker makes up the owners and modes of mounted files there.
  if (platform === "windows" || isDesktop) return;
  requireReadable(projectDir, files);
  log(line("ok", "folder", "the producer's user can read it"));
}

async function checkMachine(
  docker: Docker,
  options: PreflightOptions,
  { run, log, platform, isFree }: PreflightPorts,
): Promise<readonly string[]> {
  const { project, containerPrefix, kraft } = options;
  const containers = await listContainers(docker);
  const names = containerNames(containerPrefix, kraft);
  requireNames(names, project, containers);
  const wanted = portsOf({
    ...options.hostPorts,
    ...kraft ? { zookeeper: undefined } : {},
  });
  await requirePorts(wanted, {
    containers,
    project,
    isFree,
    ownerOf: (port) => findPortOwner(port, platform, run),
  });
  const numbers = wanted.map(({ port }) => port).join(", ");
  log(line("ok", "ports", `${numbers} on 127.0.0.1, free or ours`));
  return names;
}

interface Found {
  readonly network: string;
  readonly isStandalone: boolean;
}

async function findNetwork(
  docker: Docker,
  options: PreflightOptions,
  { log }: PreflightPorts,
): Promise<Found> {
  const { standalone, standaloneNetwork, rememberedNetwork } = options;
  const partA = standalone ? [] : await inspectPartA(docker);
  // An earlier --standalone stays in effect until PART-A is running.
  const stays = rememberedNetwork === standaloneNetwork && partA.length === 0;
  if (standalone || stays) {
    const done = await ensureStandalone(docker, standaloneNetwork);
    log(line("ok", "network", `${standaloneNetwork}, ${done}, without PART-A`));
    return { network: standaloneNetwork, isStandalone: true };
  }
  const networks = judgePartA(partA);
  log(line("ok", "part-a", `${partANames.join(" and ")} are running`));
  const network = chooseNetwork(networks, rememberedNetwork);
  if (rememberedNetwork !== undefined && rememberedNetwork !== network) {
    const text = `DAS_NETWORK=${rememberedNetwork} is not PART-A's: using ` +
      network;
    log(line("warn", "network", text));
  } else log(line("ok", "network", `${network}, found through hive-minio`));
  return { network, isStandalone: false };
}

/**
 * Checks the machine, the project's folder and PART-A. It changes nothing, except
 * that `standalone` creates a network.
 */
export async function preflight(
  options: PreflightOptions,
  ports: PreflightPorts,
): Promise<Preflight> {
  const docker = createDocker({ run: ports.run });
  const { engine, composeVersion } = await checkEngine(docker, ports);
  checkFolder(options, engine, ports);
  const names = await checkMachine(docker, options, ports);
  const { network, isStandalone } = await findNetwork(docker, options, ports);
  const { project } = options;
  const neighbours = await inspectNeighbours(docker, network);
  requireAliases(network, { names, project }, neighbours);
  ports.log(
    line("ok", "names", `no other container on ${network} uses our names`),
  );
  return { network, isStandalone, engine, composeVersion };
}
