/**
 * Starts services of the stack and waits until they are healthy. What cannot
 * be started leaves nothing behind.
 *
 * @module
 */

import type { ContainerSeen } from "../../docker/container.ts";
import type { Progress } from "../../cli/print.ts";
import { type Docker, failureOf } from "../../docker/docker.ts";
import { pullMissing } from "../../docker/images.ts";
import type { Service } from "./compose_settings.ts";
import { waitForHealth, type WaitPorts } from "./wait_healthy.ts";

/** What services are started with. */
export interface StartPorts extends WaitPorts {
  /** Runs `docker compose` with the stack's variables. */
  readonly docker: Docker;
  /** The names of the project's volumes. */
  readonly volumes: () => Promise<readonly string[]>;
}

/** How often a start is tried while ZooKeeper comes round. */
const tries = 3;

/** Compose's words for a container that its next one waits for in vain. */
const dependencyFailed = /dependency failed to start/;

/** The engine's words for a container whose network was made anew since. */
const networkLost = /network \S+ not found/;

const isNews = /^\s*Container (\S+)\s+(Created|Recreated|Started)\s*$/;

interface Described {
  readonly services: Readonly<Record<string, { readonly image: string }>>;
  readonly networks: Readonly<Record<string, { readonly name: string }>>;
}

async function describe(docker: Docker): Promise<Described> {
  const config = await docker.output(["compose", "config", "--format", "json"]);
  return JSON.parse(config) as Described;
}

/** Removes what a start that failed has made: containers and new volumes. */
async function takeBack(
  ports: StartPorts,
  volumesBefore: readonly string[],
): Promise<void> {
  const long = { timeoutMs: Infinity };
  await ports.docker.run(["compose", "down", "--remove-orphans"], long);
  const made = (await ports.volumes())
    .filter((name) => !volumesBefore.includes(name));
  if (made.length > 0) await ports.docker.run(["volume", "rm", ...made], long);
}

/** Says what Compose did, as far as it changed something. */
function tell(progress: Progress): (line: string) => void {
  return (line) => {
    const [, name, word] = isNews.exec(line) ?? [];
    if (name !== undefined) progress(`  ${name} ${word?.toLowerCase()}`);
  };
}

interface Wanted {
  readonly services: readonly string[];
  readonly deadlineMs: number;
  /** The project's containers as they were. */
  readonly before: readonly ContainerSeen[];
  /** Whether those have to be made anew. */
  readonly anew: boolean;
}

async function up(wanted: Wanted, ports: StartPorts): Promise<void> {
  const { services, deadlineMs, before } = wanted;
  const { docker, progress } = ports;
  const volumesBefore = await ports.volumes();
  let anew = wanted.anew;
  for (let left = tries;; left--) {
    const args = [
      ...["compose", "up", "-d", "--remove-orphans", "--no-build"],
      ...anew ? ["--force-recreate"] : [],
      ...services,
    ];
    const ended = await docker.run(args, {
      timeoutMs: Infinity,
      onLine: tell(progress),
    });
    if (ended.code === 0) return;
    if (left > 1 && dependencyFailed.test(ended.stderr)) {
      // After a crash it may only need longer; else its own log has the cause.
      await waitForHealth({ services: ["zookeeper"], deadlineMs }, ports);
      continue;
    }
    if (!anew && before.length > 0 && networkLost.test(ended.stderr)) {
      progress("  their network was made anew: so are the containers");
      anew = true;
      continue;
    }
    if (before.length === 0) await takeBack(ports, volumesBefore);
    throw failureOf(args, ended);
  }
}

/**
 * Containers that are on another network than the one that is wanted. Compose
 * leaves them there: the name of an external network is no part of what it
 * compares.
 */
export function strayed(
  containers: readonly ContainerSeen[],
  networks: readonly string[],
): ContainerSeen[] {
  return containers.filter((container) =>
    !networks.every((name) => container.networks.includes(name))
  );
}

/**
 * Starts services and waits for their health. Containers of the stack that are
 * there beside them come along, so that all are on the same network; one that
 * does not run is removed where it is on another (its data is on a volume).
 *
 * @param wanted Those that have to become healthy; one that this mode's file
 * does not have is left out.
 * @param deadlineMs How long they may take.
 * @throws {CommandError} with the cause and the next step.
 */
export async function startServices(
  wanted: readonly Service[],
  deadlineMs: number,
  ports: StartPorts,
): Promise<void> {
  const { docker, progress } = ports;
  const described = await describe(docker);
  const isOurs = (service: string) => service in described.services;
  const chosen = wanted.filter(isOurs);
  const before = (await ports.inspect()).filter(({ service }) =>
    isOurs(service)
  );
  const beside = before.filter(({ status }) => status === "running")
    .map(({ service }) => service);
  const services = [...new Set([...chosen, ...beside])];
  await pullMissing(
    docker,
    services.map((service) => described.services[service]?.image ?? ""),
    progress,
  );
  const networks = Object.values(described.networks).map(({ name }) => name);
  const astray = strayed(before, networks);
  const idle = astray.filter(({ service }) => !services.includes(service));
  if (idle.length > 0) {
    await docker.output(["rm", ...idle.map(({ name }) => name)], {
      timeoutMs: Infinity,
    });
  }
  const anew = astray.length > idle.length;
  await up({ services, deadlineMs, before, anew }, ports);
  await waitForHealth({ services: chosen, deadlineMs }, ports);
}
