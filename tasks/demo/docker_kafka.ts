/**
 * The demo's Kafka in containers: the project's own compose.yaml under a
 * project, prefix, network and ports of its own.
 *
 * @module
 */

import { CommandError } from "../../lib/errors.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { projectDir } from "../../lib/project.ts";
import { composeSettings } from "../stack/compose/compose_settings.ts";
import { waitForHealth } from "../stack/compose/wait_healthy.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import { freePorts } from "../host/ports.ts";
import type { Progress } from "../cli/print.ts";
import { createDocker } from "../docker/docker.ts";
import { inspectProject } from "../docker/inspect.ts";
import type { DemoKafka } from "./demo_kafka.ts";
import type { Place } from "./sandbox.ts";
import { removeProject } from "./remove_project.ts";

const services = ["zookeeper", "kafka", "kafka-ui"];
const healthDeadlineMs = 180_000;

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
  const group = Deno.build.os === "windows" ? child.pid : -child.pid;
  place.own(group, child.status);
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
  throw new CommandError(
    `the containers did not start: ${found?.cause ?? last}`,
    found?.next ?? "docker's words are above",
  );
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
  const docker = createDocker();
  return {
    port: Number(kafka),
    target: {
      kind: "compose",
      compose: { project, denoImage: composeSettings(realPorts).denoImage },
    },
    async start(progress) {
      place.onClear(() => removeProject(project));
      await docker.output([
        ...["network", "create", "--label", "crypto-stream.network=demo"],
        ...["--label", `com.docker.compose.project=${project}`, project],
      ]);
      progress(`Starting containers named ${project}-...`);
      const up = ["compose", "up", "-d", "--quiet-pull", ...services];
      await runOwned(place, up, env, progress);
      await waitForHealth({ services, deadlineMs: healthDeadlineMs }, {
        inspect() {
          stop.throwIfAborted();
          return inspectProject(docker, project);
        },
        async logsOf(name) {
          const log = await docker.run(["logs", "--tail", "200", name]);
          return `${log.stdout}\n${log.stderr}`;
        },
        isLive: () => Promise.resolve(false),
        progress,
        now: () => performance.now(),
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      });
    },
    // Nothing in it is kept: it need not end gracefully.
    stop: () => Promise.resolve(),
  };
}
