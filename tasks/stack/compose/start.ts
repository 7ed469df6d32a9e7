/**
 * Starts services of the stack and waits until they are healthy. What cannot
 * be started leaves nothing behind.
 *
 * @module
 */

import type { ContainerSeen } from "../../verify/compose/containers.ts";
import type { Progress } from "../stack.ts";
import { type Docker, failureOf } from "./docker.ts";
import { pullMissing } from "./images.ts";
import type { Service } from "./settings.ts";
import { waitForHealth, type WaitPorts } from "./wait.ts";

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

const isNews = /^\s*Container (\S+)\s+(Created|Recreated|Started)\s*$/;

async function describe(docker: Docker): Promise<Map<string, string>> {
  const config = await docker.must(["compose", "config", "--format", "json"]);
  const { services } = JSON.parse(config) as {
    services: Record<string, { image: string }>;
  };
  return new Map(
    Object.entries(services).map(([name, { image }]) => [name, image]),
  );
}

/** Removes what a start that failed has made: containers and new volumes. */
async function takeBack(
  ports: StartPorts,
  volumesBefore: readonly string[],
): Promise<void> {
  await ports.docker.ask(["compose", "down", "--remove-orphans"]);
  const made = (await ports.volumes())
    .filter((name) => !volumesBefore.includes(name));
  if (made.length > 0) await ports.docker.ask(["volume", "rm", ...made]);
}

/** Says what Compose did, as far as it changed something. */
function tell(progress: Progress): (line: string) => void {
  return (line) => {
    const [, name, word] = isNews.exec(line) ?? [];
    if (name !== undefined) progress(`  ${name} ${word?.toLowerCase()}`);
  };
}

async function up(
  services: readonly string[],
  deadlineMs: number,
  before: readonly ContainerSeen[],
  ports: StartPorts,
): Promise<void> {
  const { docker } = ports;
  const volumesBefore = await ports.volumes();
  const args = ["compose", "up", "-d", "--remove-orphans", "--no-build"];
  for (let left = tries;; left--) {
    const ended = await docker.ask(
      [...args, ...services],
      tell(ports.progress),
    );
    if (ended.code === 0) return;
    if (left > 1 && dependencyFailed.test(ended.stderr)) {
      // After a crash it may only need longer; else its own log has the cause.
      await waitForHealth({ services: ["zookeeper"], deadlineMs }, ports);
      continue;
    }
    if (before.length === 0) await takeBack(ports, volumesBefore);
    throw failureOf(args, ended);
  }
}

/**
 * Starts services and waits for their health. Containers of the stack that are
 * there beside them come along when their description has changed, so that
 * all are on the same network.
 *
 * @param wanted Those that have to become healthy; one that this mode's file
 * does not have is left out.
 * @param deadlineMs How long they may take.
 * @throws {Failure} with the cause and the next step.
 */
export async function startServices(
  wanted: readonly Service[],
  deadlineMs: number,
  ports: StartPorts,
): Promise<void> {
  const described = await describe(ports.docker);
  const chosen = wanted.filter((service) => described.has(service));
  const before = await ports.inspect();
  const beside = before.filter(({ service, status }) =>
    status === "running" && described.has(service)
  ).map(({ service }) => service);
  const all = [...new Set([...chosen, ...beside])];
  const images = all.map((service) => described.get(service) ?? "");
  await pullMissing(ports.docker, images, ports.progress);
  await up(all, deadlineMs, before, ports);
  await waitForHealth({ services: chosen, deadlineMs }, ports);
}
