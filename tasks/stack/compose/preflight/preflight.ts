/**
 * What `setup` asks before it starts a container: one line for each check.
 *
 * @module
 */

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
import { type Files, requirePackages, requireReadable } from "./readable.ts";
import { ensureStandalone } from "./standalone.ts";

/** What is about to be started. */
export interface PreflightOptions {
  /** Whether it was asked for without PART-A, on a network of its own. */
  readonly standalone: boolean;
  /** The name of that network. */
  readonly standaloneNetwork: string;
  /** The Compose project. */
  readonly project: string;
  /** What container names begin with: `crypto` for `crypto-kafka`. */
  readonly containerPrefix: string;
  /** The ports that are published on 127.0.0.1. */
  readonly hostPorts: HostPorts;
  /** `DAS_NETWORK`, if an earlier `setup` or a person wrote it down. */
  readonly rememberedNetwork?: string | undefined;
  /** The project's folder, which the producer's container sees. */
  readonly projectDir: string;
  /** Whether Kafka goes without ZooKeeper. */
  readonly kraft: boolean;
}

/** What the checks look with. */
export interface PreflightPorts {
  /** Takes a line for each check as it is done. */
  readonly say: (line: string) => void;
  /** Starts programs. */
  readonly run: Run;
  /** Looks at files. */
  readonly files: Files;
  /** The operating system. */
  readonly platform: Platform;
  /** Whether nothing on this machine holds a port. */
  readonly isFree: (port: number) => Promise<boolean>;
}

/** What the checks found. */
export interface Preflight {
  /** The network for the stack. */
  readonly network: string;
  /** Whether it is our own one, without PART-A. */
  readonly isStandalone: boolean;
  /** The engine. */
  readonly engine: Engine;
  /** The version of Compose, e.g. `2.26.1`. */
  readonly composeVersion: string;
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function list(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name);
  } catch (error) {
    // A folder given to the container's user alone: it sees what is in there.
    if (error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}

/** This machine. */
export function realPreflightPorts(
  say: (line: string) => void,
): PreflightPorts {
  return {
    say,
    run: realRun,
    files: {
      lstat,
      list,
    },
    platform: Deno.build.os,
    isFree,
  };
}

/** A check's line: `ok    engine     Docker 20.10.24`. */
function line(verdict: "ok" | "warn", check: string, text: string): string {
  return `${verdict.padEnd(5)} ${check.padEnd(10)} ${text}`;
}

async function checkEngine(docker: Docker, { say }: PreflightPorts) {
  const [info, compose] = await Promise.all([
    docker.run(["info", "--format", "{{json .}}"]),
    docker.run(["compose", "version", "--short"]),
  ]);
  const engine = parseEngine(info);
  const composeVersion = parseCompose(compose);
  const versions = `Docker ${engine.version}, Compose ${composeVersion}`;
  say(line("ok", "engine", `${versions}, ${formatMemory(engine.memoryBytes)}`));
  const warning = memoryWarning(engine);
  if (warning !== undefined) say(line("warn", "memory", warning));
  return { engine, composeVersion };
}

function checkFolder(
  { projectDir }: PreflightOptions,
  { isDesktop }: Engine,
  { files, platform, say }: PreflightPorts,
): void {
  requirePackages(projectDir, files);
  say(line("ok", "packages", "vendor/ and node_modules/ are there"));
  // There the owners and modes of mounted files are made up by Docker.
  if (platform === "windows" || isDesktop) return;
  requireReadable(projectDir, files);
  say(line("ok", "folder", "the producer's user can read it"));
}

async function checkMachine(
  docker: Docker,
  options: PreflightOptions,
  { run, say, platform, isFree }: PreflightPorts,
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
  say(line("ok", "ports", `${numbers} on 127.0.0.1, free or ours`));
  return names;
}

interface Found {
  readonly network: string;
  readonly isStandalone: boolean;
}

async function findNetwork(
  docker: Docker,
  options: PreflightOptions,
  { say }: PreflightPorts,
): Promise<Found> {
  const { standalone, standaloneNetwork, rememberedNetwork } = options;
  const partA = standalone ? [] : await inspectPartA(docker);
  // An earlier --standalone lasts until there is a PART-A to go back to.
  const lasts = rememberedNetwork === standaloneNetwork && partA.length === 0;
  if (standalone || lasts) {
    const done = await ensureStandalone(docker, standaloneNetwork);
    say(line("ok", "network", `${standaloneNetwork}, ${done}, without PART-A`));
    return { network: standaloneNetwork, isStandalone: true };
  }
  const networks = judgePartA(partA);
  say(line("ok", "part-a", `${partANames.join(" and ")} run`));
  const network = chooseNetwork(networks, rememberedNetwork);
  if (rememberedNetwork !== undefined && rememberedNetwork !== network) {
    const text = `DAS_NETWORK=${rememberedNetwork} is not PART-A's: ` +
      `${network} is taken`;
    say(line("warn", "network", text));
  } else say(line("ok", "network", `${network}, found at hive-minio`));
  return { network, isStandalone: false };
}

/**
 * Checks the machine, the project's folder and PART-A. Nothing is changed
 * but, with `standalone`, a network made as the last but one step.
 *
 * @throws {CommandError} for the first check that fails, with the next step.
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
  ports.say(line("ok", "names", `nobody else on ${network} has ours`));
  return { network, isStandalone, engine, composeVersion };
}
