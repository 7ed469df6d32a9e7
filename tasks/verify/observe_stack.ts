// Observes a Compose stack: its containers, its network, its UI.

import { isObject } from "../../lib/json.ts";
import { pathOf } from "../../lib/project.ts";
import { attempt, type Result } from "../../lib/result.ts";
import { httpFetch } from "../../lib/http_fetch.ts";
import {
  type ContainerSeen,
  partANames,
  runsWell,
} from "../docker/container.ts";
import type { Docker } from "../docker/docker.ts";
import { inspectProject, rawOutput, readLog } from "../docker/inspect.ts";
import { parseNetworks } from "../stack/compose/preflight/standalone.ts";
import { askListener, type ListenerAnswer } from "./probe/ask_listener.ts";
import { insideListeners, type StackObservation } from "./stack_observation.ts";
import type { ComposeTarget } from "./verify_target.ts";

const uiTimeoutMs = 3_000;
const probeDir = pathOf(new URL("./probe", import.meta.url));

async function readLogs(
  docker: Docker,
  containers: readonly ContainerSeen[],
): Promise<Record<string, string>> {
  // A restarted one may run at this moment and end at the next.
  const bad = containers.filter((one) => !runsWell(one) || one.restarts > 0);
  return Object.fromEntries(
    await Promise.all(bad.map(async ({ name, service }) => [
      service,
      await readLog(docker, name),
    ])),
  );
}

/** Whether this project created Kafka's network: there is no PART-A on it. */
async function isOwnNetwork(
  docker: Docker,
  kafka: ContainerSeen | undefined,
): Promise<boolean> {
  const network = kafka?.networks[0];
  if (network === undefined) return false;
  const { stdout } = await docker.run(["network", "inspect", network]);
  return parseNetworks(stdout, network).some(({ isOurs }) => isOurs);
}

function namesIn(list: unknown): string[] {
  if (!Array.isArray(list)) throw new Error("the response is not a list");
  return list.map((one: unknown) => isObject(one) ? String(one.name) : "");
}

async function askUi(
  containers: readonly ContainerSeen[],
  topic: string,
): Promise<StackObservation["ui"]> {
  const ui = containers.find(({ service }) => service === "kafka-ui");
  const port = ui?.ports["8080/tcp"];
  const address = `http://localhost:${port ?? 8080}`;
  async function get(path: string): Promise<unknown> {
    const response = await httpFetch(address + path, {
      signal: AbortSignal.timeout(uiTimeoutMs),
    }).catch(() => {
      throw new Error("nothing is listening");
    });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    throw new Error(`HTTP ${response.status} for ${path}`);
  }
  const topics = await attempt(async () => {
    if (port === undefined) throw new Error("its container does not run");
    const clusters = namesIn(await get("/api/clusters"));
    const query = `?search=${encodeURIComponent(topic)}&perPage=100`;
    const lists = await Promise.all(clusters.map(async (cluster) => {
      const path = `/api/clusters/${encodeURIComponent(cluster)}/topics`;
      const page = await get(path + query);
      return namesIn(isObject(page) ? page.topics : undefined);
    }));
    return lists.flat();
  });
  return { address, topics };
}

function parseAnswer(answer: unknown): ListenerAnswer {
  if (isObject(answer) && isObject(answer.brokers)) {
    const { ok, value, error } = answer.brokers;
    const listener = String(answer.listener);
    if (ok !== true) {
      return { listener, brokers: { ok: false, error: String(error) } };
    }
    if (Array.isArray(value) && value.every(isObject)) {
      const brokers = value.map(({ host, port }) => ({
        host: String(host),
        port: Number(port),
      }));
      return { listener, brokers: { ok: true, value: brokers } };
    }
  }
  throw new Error(`the probe printed ${JSON.stringify(answer)}`);
}

export function parseAnswers(line: string): ListenerAnswer[] {
  const answers: unknown = JSON.parse(line);
  return (Array.isArray(answers) ? answers : [answers]).map(parseAnswer);
}

function askInside(
  docker: Docker,
  { project, denoImage }: ComposeTarget,
  kafka: ContainerSeen | undefined,
): Promise<Result<ListenerAnswer[]>> {
  return attempt(async () => {
    if (kafka?.status !== "running") throw new Error("Kafka does not run");
    const network = kafka.networks[0];
    if (network === undefined) throw new Error("Kafka is not on any network");
    const line = await rawOutput(docker, [
      ...["run", "--rm", "--pull", "never", "--network", network],
      // As `docker compose run` labels it: removing the project removes it.
      ...["--label", `com.docker.compose.project=${project}`],
      ...["--label", "com.docker.compose.oneoff=True"],
      ...["--user", "1993:1993", "--read-only", "--cap-drop", "ALL"],
      ...["--security-opt", "no-new-privileges", "--log-driver", "none"],
      ...["--memory", "128m", "--pids-limit", "64"],
      ...["--mount", `type=bind,src=${probeDir},dst=/probe,readonly`],
      ...[denoImage, "run", "-q", "--no-config", "--no-lock"],
      ...["--cached-only", `--allow-net=${insideListeners.join(",")}`],
      ...["/probe/main.ts", ...insideListeners],
    ]);
    return parseAnswers(line);
  });
}

async function askOutside(
  kafka: ContainerSeen | undefined,
): Promise<ListenerAnswer> {
  const port = kafka?.ports["9093/tcp"];
  if (port !== undefined) return await askListener(`localhost:${port}`);
  const error = "its port is not published";
  return { listener: "localhost:9093", brokers: { ok: false, error } };
}

export function observeStack(
  target: ComposeTarget,
  topic: string,
  docker: Docker,
): Promise<Result<StackObservation>> {
  return attempt(async () => {
    const found = await inspectProject(docker, target.project, partANames);
    const partA = found.filter(({ name }) =>
      partANames.some((known) => known === name)
    );
    const containers = found.filter((one) => !partA.includes(one));
    const kafka = containers.find(({ service }) => service === "kafka");
    const [logs, standalone, ui, outside, inside] = await Promise.all([
      readLogs(docker, containers),
      isOwnNetwork(docker, kafka),
      askUi(containers, topic),
      askOutside(kafka),
      askInside(docker, target, kafka),
    ]);
    return { containers, logs, partA, standalone, ui, outside, inside };
  });
}
