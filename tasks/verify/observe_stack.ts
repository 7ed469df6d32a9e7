/**
 * Looks at a Compose stack: its containers, its network, its UI.
 *
 * @module
 */

import { pathOf } from "../../lib/project.ts";
import type { Run } from "../host/run_process.ts";
import { attempt } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";
import type { ContainerSeen } from "../docker/container.ts";
import { createDocker, type Docker } from "../docker/docker.ts";
import { inspectProject, rawOutput } from "../docker/inspect.ts";
import { askListener } from "./probe/ask_listener.ts";
import {
  type ComposeSeen,
  insideListeners,
  type ListenerAnswer,
} from "./stack_observation.ts";
import { partANames } from "../docker/container.ts";
import { runsWell } from "../docker/container.ts";

/** Which stack to look at. */
export interface ComposePlace {
  /** Its Compose project. */
  readonly project: string;
  /** The image for a container of a moment. */
  readonly denoImage: string;
}

/** What it is looked at with. */
export interface ComposePorts {
  /** Starts `docker`. */
  readonly run: Run;
  /** Asks the UI. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const uiTimeoutMs = 3_000;
const logLines = "200";
const ourLabel = "crypto-stream.network";
const probeDir = pathOf(new URL("./probe", import.meta.url));

async function readLogs(
  docker: Docker,
  containers: readonly ContainerSeen[],
): Promise<Record<string, string>> {
  // One that was started again may run at this moment and end at the next.
  const bad = containers.filter((one) => !runsWell(one) || one.restarts > 0);
  return Object.fromEntries(
    await Promise.all(bad.map(async ({ name, service }) => {
      const args = ["logs", "--tail", logLines, name];
      const { stdout, stderr } = await docker.run(args);
      return [service, `${stdout}\n${stderr}`];
    })),
  );
}

/** Whether Kafka's network is one that this project made, without PART-A. */
async function isOurs(
  docker: Docker,
  kafka: ContainerSeen | undefined,
): Promise<boolean> {
  const network = kafka?.networks[0];
  if (network === undefined) return false;
  const format = ["--format", "{{json .Labels}}"];
  const args = ["network", "inspect", ...format, network];
  const { code, stdout } = await docker.run(args);
  if (code !== 0) return false;
  const labels: unknown = JSON.parse(stdout);
  return Object.keys(labels ?? {}).includes(ourLabel);
}

async function askUi(
  ports: ComposePorts,
  containers: readonly ContainerSeen[],
  topic: string,
): Promise<ComposeSeen["ui"]> {
  const ui = containers.find(({ service }) => service === "kafka-ui");
  const port = ui?.ports["8080/tcp"];
  const address = `http://localhost:${port ?? 8080}`;
  const ask = async (path: string): Promise<unknown> => {
    const response = await ports.fetch(address + path, {
      signal: AbortSignal.timeout(uiTimeoutMs),
    }).catch(() => {
      throw new Error("nothing listens there");
    });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status} for ${path}`);
  };
  const topics = await attempt(async () => {
    if (port === undefined) throw new Error("its container does not run");
    const clusters = namesIn(await ask("/api/clusters"));
    const query = `?search=${encodeURIComponent(topic)}&perPage=100`;
    const lists = await Promise.all(clusters.map(async (cluster) => {
      const path = `/api/clusters/${encodeURIComponent(cluster)}/topics`;
      const page = await ask(path + query);
      return namesIn((page as { topics?: unknown }).topics);
    }));
    return lists.flat();
  });
  return { address, topics };
}

function namesIn(value: unknown): string[] {
  if (!Array.isArray(value)) throw new Error("its answer is no list");
  return value.map((one) => String(one?.name));
}

async function askInside(
  docker: Docker,
  place: ComposePlace,
  kafka: ContainerSeen | undefined,
): Promise<Result<ListenerAnswer[]>> {
  return await attempt(async () => {
    if (kafka?.status !== "running") throw new Error("Kafka does not run");
    const network = kafka.networks[0];
    if (network === undefined) throw new Error("Kafka is on no network");
    const args = [
      ...["run", "--rm", "--pull", "never", "--network", network],
      // Like `docker compose run`: whoever removes the project removes it too.
      ...["--label", `com.docker.compose.project=${place.project}`],
      ...["--label", "com.docker.compose.oneoff=True"],
      ...["--user", "1993:1993", "--read-only", "--cap-drop", "ALL"],
      ...["--security-opt", "no-new-privileges", "--log-driver", "none"],
      ...["--memory", "128m", "--pids-limit", "64"],
      ...["--mount", `type=bind,src=${probeDir},dst=/probe,readonly`],
      ...[place.denoImage, "run", "-q", "--no-config", "--no-lock"],
      ...["--cached-only", `--allow-net=${insideListeners.join(",")}`],
      ...["/probe/main.ts", ...insideListeners],
    ];
    return JSON.parse(await rawOutput(docker, args)) as ListenerAnswer[];
  });
}

async function askOutside(
  kafka: ContainerSeen | undefined,
): Promise<ListenerAnswer> {
  const port = kafka?.ports["9093/tcp"];
  if (port === undefined) {
    return { listener: "localhost:9093", error: "no port of it is published" };
  }
  return await askListener(`localhost:${port}`);
}

/** Looks once at everything of the stack, but for the producer. */
export function observeCompose(
  place: ComposePlace,
  topic: string,
  ports: ComposePorts,
): Promise<Result<ComposeSeen>> {
  return attempt(async () => {
    const docker = createDocker({ run: ports.run });
    const found = await inspectProject(docker, place.project, partANames);
    const partA = found.filter(({ name }) =>
      partANames.some((known) => known === name)
    );
    const containers = found.filter((one) => !partA.includes(one));
    const kafka = containers.find(({ service }) => service === "kafka");
    const [logs, standalone, ui, outside, inside] = await Promise.all([
      readLogs(docker, containers),
      isOurs(docker, kafka),
      askUi(ports, containers, topic),
      askOutside(kafka),
      askInside(docker, place, kafka),
    ]);
    return { containers, logs, partA, standalone, ui, outside, inside };
  });
}
