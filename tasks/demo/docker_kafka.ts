/**
 * The demo's Kafka in containers: the project's own compose.yaml under a
 * project, prefix, network and ports of its own.
 *
 * @module
 */

import { Failure } from "../../producer/errors.ts";
import { projectDir } from "../../producer/settings.ts";
import { diagnose } from "../stack/diagnosis/diagnose.ts";
import { freePorts } from "../stack/native/port.ts";
import { run } from "../stack/process.ts";
import type { Progress } from "../stack/stack.ts";
import type { ContainerSeen } from "../verify/compose/containers.ts";
import { answer, docker, inspectProject } from "../verify/compose/inspect.ts";
import { runsWell } from "../verify/compose/seen.ts";
import type { DemoKafka } from "./kafka.ts";
import type { Place } from "./place.ts";
import { removeProject } from "./remove_project.ts";

const services = ["zookeeper", "kafka", "kafka-ui"];
const healthDeadlineMs = 180_000;
const pollMs = 500;

/** Starts a program that Ctrl-C does not reach, and waits for its end. */
async function runOwned(
  place: Place,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  progress: Progress,
): Promise<void> {
  const child = new Deno.Command("docker", {
    args: [...args],
    cwd: projectDir,
    env: { ...env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    detached: true,
  }).spawn();
  // Compose is a child of `docker`: the group ends both.
  place.own(Deno.build.os === "windows" ? child.pid : -child.pid);
  let said = "";
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += part;
    for (const line of part.split("\n")) {
      if (/ Pull(?:ing|ed) *$/.test(line)) progress(line.trim());
    }
  }
  const { code } = await child.status;
  if (code === 0) return;
  const found = diagnose(said);
  const last = said.trim().split("\n").at(-1) ?? "";
  throw new Failure(
    `the containers did not start: ${found?.cause ?? last}`,
    found?.next ?? "docker's words are above",
  );
}

async function explain({ name, status, end }: ContainerSeen): Promise<Failure> {
  const { stdout, stderr } = await docker(run, ["logs", "--tail", "200", name]);
  const found = diagnose(end) ?? diagnose(`${stdout}\n${stderr}`);
  const why = found === undefined ? "" : `: ${found.cause}`;
  return new Failure(
    `${name} is ${status}${why}`,
    found?.next ?? "see what is wrong with: deno task setup",
  );
}

async function waitForHealth(
  project: string,
  progress: Progress,
  stop: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + healthDeadlineMs;
  let shown = "";
  while (!stop.aborted) {
    const containers = await inspectProject(run, project);
    const waiting = containers.filter((one) => !runsWell(one));
    if (containers.length === services.length && waiting.length === 0) return;
    const ended = waiting.find(({ status, health }) =>
      status === "exited" || status === "dead" || health === "unhealthy"
    );
    if (ended !== undefined) throw await explain(ended);
    const names = waiting.map(({ service }) => service).join(", ");
    if (performance.now() > deadline) {
      throw new Failure(
        `not healthy within ${healthDeadlineMs / 1000} s: ${names}`,
        "see what is wrong with: deno task setup",
      );
    }
    if (names !== shown) progress(`Waiting for ${names}`);
    shown = names;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  stop.throwIfAborted();
}

/** Makes it; nothing starts yet. */
export function dockerKafka(place: Place, stop: AbortSignal): DemoKafka {
  const project = `crypto-demo-${crypto.randomUUID().slice(0, 8)}`;
  const [kafka, ui, zookeeper] = freePorts(3).map(String);
  const env = {
    COMPOSE_PROJECT_NAME: project,
    COMPOSE_FILE: "compose.yaml",
    STACK_NAME: project,
    DAS_NETWORK: project,
    KAFKA_HOST_PORT: kafka ?? "",
    KAFKA_UI_HOST_PORT: ui ?? "",
    ZOOKEEPER_HOST_PORT: zookeeper ?? "",
  };
  return {
    port: Number(kafka),
    around: {
      stack: "compose",
      place: {
        project,
        denoImage: "denoland/deno:2.9.6",
      },
    },
    async start(progress) {
      place.onClear(() => removeProject(project));
      await answer(run, [
        ...["network", "create", "--label", "crypto-stream.demo"],
        ...["--label", `com.docker.compose.project=${project}`, project],
      ]);
      progress(`Starting containers named ${project}-...`);
      const up = ["compose", "up", "-d", "--quiet-pull", ...services];
      await runOwned(place, up, env, progress);
      await waitForHealth(project, progress, stop);
    },
    // Nothing in it is kept: it need not end gracefully.
    stop: () => Promise.resolve(),
  };
}
