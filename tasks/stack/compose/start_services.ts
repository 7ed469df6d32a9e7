// Starts services of the stack and waits until they are healthy. A start that
// fails removes what it created.

import { objectAt, textAt } from "../../../lib/json.ts";
import type { ContainerSeen } from "../../docker/container.ts";
import { type Docker, failureOf } from "../../docker/docker.ts";
import { pullMissing } from "../../docker/images.ts";
import type { Service } from "../services.ts";
import { waitForHealth, type WaitPorts } from "./wait_healthy.ts";

export interface StartPorts extends WaitPorts {
  /** Runs `docker compose` with the stack's variables. */
  readonly docker: Docker;
  readonly volumes: () => Promise<readonly string[]>;
  /** Called before the first change to a container. */
  readonly beforeChange?: (() => void) | undefined;
}

const maxTries = 3;

/** Printed by Compose when a dependency of a service is unhealthy. */
const dependencyFailed = /dependency failed to start/;

/** Printed by the engine when a container's network has been recreated. */
const networkLost = /network \S+ not found/;

const containerChange = /^\s*Container (\S+)\s+(Created|Recreated|Started)\s*$/;

const long = { timeoutMs: Infinity };

async function readComposeFile(docker: Docker) {
  const args = ["compose", "config", "--format", "json"];
  const config: unknown = JSON.parse(await docker.output(args));
  return {
    images: new Map(
      Object.entries(objectAt(config, "services"))
        .map(([name, service]) => [name, textAt(service, "image")]),
    ),
    networks: Object.values(objectAt(config, "networks"))
      .map((network) => textAt(network, "name")),
  };
}

/** Removes what a failed start has created: containers and new volumes. */
async function rollBack(
  ports: StartPorts,
  volumesBefore: readonly string[],
): Promise<void> {
  await ports.docker.run(["compose", "down", "--remove-orphans"], long);
  const created = (await ports.volumes())
    .filter((name) => !volumesBefore.includes(name));
  if (created.length > 0) {
    await ports.docker.run(["volume", "rm", ...created], long);
  }
}

interface StartPlan {
  readonly services: readonly string[];
  readonly deadlineMs: number;
  readonly before: readonly ContainerSeen[];
  readonly recreate: boolean;
}

async function composeUp(plan: StartPlan, ports: StartPorts): Promise<void> {
  const { services, deadlineMs, before } = plan;
  const { docker, progress } = ports;
  const volumesBefore = await ports.volumes();

  function onLine(line: string): void {
    const [, name, change] = containerChange.exec(line) ?? [];
    if (name !== undefined) progress(`  ${name} ${change?.toLowerCase()}`);
  }

  let { recreate } = plan;
  for (let triesLeft = maxTries;; triesLeft--) {
    const args = [
      ...["compose", "up", "-d", "--remove-orphans", "--no-build"],
      ...recreate ? ["--force-recreate"] : [],
      ...services,
    ];
    const ended = await docker.run(args, { ...long, onLine });
    if (ended.code === 0) return;
    if (triesLeft > 1 && dependencyFailed.test(ended.stderr)) {
      // After a crash it may just need longer; if not, its log has the cause.
      await waitForHealth({ services: ["zookeeper"], deadlineMs }, ports);
      continue;
    }
    if (!recreate && before.length > 0 && networkLost.test(ended.stderr)) {
      progress("  their network was recreated: recreating the containers");
      recreate = true;
      continue;
    }
    if (before.length === 0) await rollBack(ports, volumesBefore);
    throw failureOf(args, ended);
  }
}

/**
 * Containers that lack one of the networks. Compose does not recreate them: the
 * name of an external network is not part of what it compares.
 */
export function onOtherNetwork(
  containers: readonly ContainerSeen[],
  networks: readonly string[],
): ContainerSeen[] {
  return containers.filter((container) =>
    !networks.every((name) => container.networks.includes(name))
  );
}

/**
 * Starts those services that the mode's Compose file has, and waits until they
 * are healthy. Other running containers of the stack are started along with
 * them, so that all are on the same network. A stopped one on another network is
 * removed; its data is in a volume.
 */
export async function startServices(
  wanted: readonly Service[],
  deadlineMs: number,
  ports: StartPorts,
): Promise<void> {
  const { docker, progress } = ports;
  const { images, networks } = await readComposeFile(docker);
  const chosen = wanted.filter((service) => images.has(service));
  const before = (await ports.inspect())
    .filter(({ service }) => images.has(service));
  const running = before.filter(({ status }) => status === "running")
    .map(({ service }) => service);
  const services = [...new Set([...chosen, ...running])];
  await pullMissing(
    docker,
    services.map((service) => images.get(service) ?? ""),
    progress,
  );
  const elsewhere = onOtherNetwork(before, networks);
  ports.beforeChange?.();
  const idle = elsewhere.filter(({ service }) => !services.includes(service));
  if (idle.length > 0) {
    await docker.output(["rm", ...idle.map(({ name }) => name)], long);
  }
  const recreate = elsewhere.length > idle.length;
  await composeUp({ services, deadlineMs, before, recreate }, ports);
  await waitForHealth({ services: chosen, deadlineMs }, ports);
}
