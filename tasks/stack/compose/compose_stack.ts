// The Compose stack: ZooKeeper, Kafka, Kafka UI, the producer and what profiles
// add, as containers.

import { delay } from "../../../lib/clock.ts";
import { projectDir } from "../../../lib/project.ts";
import { UsageError } from "../../../lib/errors.ts";
import type { ContainerSeen } from "../../docker/container.ts";
import { inspectProject, readLog } from "../../docker/inspect.ts";
import { askContainer } from "../../producer/producer_container.ts";
import { createDocker } from "../../docker/docker.ts";
import { describeBelongings, findBelongings, isEmpty } from "./belongings.ts";
import { statusRows } from "./compose_status.ts";
import {
  composeFiles,
  type ComposeSettings,
  composeVariables,
} from "../compose_settings.ts";
import { profiles, type Service, services, servicesOf } from "../services.ts";
import { removeStandalone } from "./preflight/standalone.ts";
import {
  type LakeProgram,
  lakeServiceName,
  runInLake,
} from "./lake_service.ts";
import { startServices } from "./start_services.ts";
import type { ProcessResult, Run } from "../../host/run_process.ts";
import type { ServiceStatus, Stack } from "../stack.ts";
import type { Progress } from "../../cli/print.ts";

export interface ComposeOptions {
  readonly settings: ComposeSettings;
  /** The network to join; by default the one that Compose finds by itself. */
  readonly network?: string;
  /** Variables for Compose, in place of those that it reads by itself. */
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: Run | undefined;
}

export interface ComposeStack extends Stack {
  /** Whether the lake's container belongs to it. */
  readonly hasLake: boolean;
  /** Starts the producer's container, after ZooKeeper and Kafka. */
  startProducer(progress: Progress): Promise<void>;
  /** Removes the containers of services; their volumes stay. */
  remove(services: readonly Service[], progress: Progress): Promise<void>;
  /** Restarts it with the current code and `.env`. */
  restartProducer(progress: Progress): Promise<void>;
  /** Starts the lake's container, whose volume is filled. */
  startLake(progress: Progress): Promise<void>;
  /** Runs a program where the lake's container has its data. */
  runInLake(program: LakeProgram): Promise<ProcessResult>;
}

/** Ports of the services that start later, and whose check runs every 30 s. */
const livePorts: Readonly<Record<string, number>> = {
  "crypto-producer": 9464,
  [lakeServiceName]: 9465,
};

/** The health check of such a service, as compose.yaml has it. */
function liveCheck(port: number): string[] {
  const check = "deno run -q --no-config --no-lock " +
    `--allow-net=127.0.0.1:${port} producer/healthcheck.ts ${port}`;
  return check.split(" ");
}

const long = { timeoutMs: Infinity };
const healthDeadlineMs = 180_000;

export function createComposeStack(options: ComposeOptions): ComposeStack {
  const { settings, run } = options;
  const { project } = settings;
  const docker = createDocker({
    run,
    cwd: projectDir,
    env: {
      ...Object.fromEntries(composeVariables.map((name) => [name, undefined])),
      // It cannot be combined with --remove-orphans.
      COMPOSE_IGNORE_ORPHANS: "false",
      COMPOSE_PROJECT_NAME: project,
      COMPOSE_FILE: composeFiles(settings),
      // All of them: what starts is named, and the rest is not an orphan.
      COMPOSE_PROFILES: [...profiles, ...settings.moreProfiles].join(","),
      ...options.network === undefined ? {} : { DAS_NETWORK: options.network },
      ...options.env,
    },
  });

  function inspect(): Promise<ContainerSeen[]> {
    return inspectProject(docker, project);
  }

  async function volumes(): Promise<string[]> {
    const label = `label=com.docker.compose.project=${project}`;
    const list = await docker.output(["volume", "ls", "-q", "--filter", label]);
    return list.split("\n").filter(Boolean);
  }

  function start(
    wanted: readonly Service[],
    progress: Progress,
    beforeChange?: () => void,
  ): Promise<void> {
    return startServices(wanted, healthDeadlineMs, {
      docker,
      volumes,
      inspect,
      logsOf: (name) => readLog(docker, name),
      // Its own health check runs only every 30 s, since each starts a Deno.
      async isLive({ name, service, status }) {
        const port = livePorts[service];
        if (port === undefined || status !== "running") return false;
        const check = ["exec", name, ...liveCheck(port)];
        return (await docker.run(check, long)).code === 0;
      },
      progress,
      now: () => performance.now(),
      sleep: delay,
      beforeChange,
    });
  }

  async function startProducer(progress: Progress): Promise<void> {
    await start(["crypto-producer"], progress);
    const asked = await askContainer(await inspect(), docker);
    if (!asked?.ok || asked.value.ready) return;
    progress("The producer is running but not ready yet:");
    for (const reason of asked.value.reasons) progress(`  ${reason}`);
  }

  return {
    kind: "compose",
    hasLake: settings.profiles.includes("lake"),
    bootstrap: `localhost:${settings.ports.kafka}`,
    up: (progress, record) =>
      start(
        servicesOf(settings).map(({ name }) => name)
          .filter((name) => livePorts[name] === undefined),
        progress,
        record,
      ),
    startProducer,
    async remove(unwanted, progress) {
      const names = (await inspect())
        .filter(({ service }) => unwanted.some((one) => one === service))
        .map(({ name }) => name);
      if (names.length === 0) return;
      progress(`Removing ${names.join(", ")}; their volumes are kept`);
      await docker.output(["stop", ...names], long);
      await docker.output(["rm", ...names], long);
    },
    async restartProducer(progress) {
      progress("Restarting crypto-producer");
      await docker.output(["compose", "restart", "crypto-producer"], long);
      await startProducer(progress);
    },
    startLake: (progress) => start([lakeServiceName], progress),
    runInLake: async (program) => runInLake(docker, await inspect(), program),
    async status(): Promise<ServiceStatus[]> {
      return statusRows(await inspect().catch(() => []));
    },
    async stop(progress) {
      const running = (await inspect()).filter(({ status }) =>
        status === "running" || status === "restarting"
      );
      if (running.length === 0) return false;
      progress("Stopping the containers; their data is kept");
      await docker.output(["compose", "stop"], long);
      return true;
    },
    async belongings() {
      const found = await findBelongings(docker, settings);
      return { removed: describeBelongings(found), kept: found.kept };
    },
    async destroy(progress) {
      const found = await findBelongings(docker, settings);
      if (isEmpty(found)) return false;
      progress("Removing containers and volumes");
      if (found.containers.length > 0) {
        await docker.output(["compose", "stop"], long);
        const ids = found.containers.map(({ id }) => id);
        await docker.output(["rm", "-f", "-v", ...ids], long);
      }
      // Without -v: that takes volumes by their names, whatever their labels.
      await docker.output(["compose", "down", "--remove-orphans"], long);
      const left = await volumes();
      if (left.length > 0) await docker.output(["volume", "rm", ...left], long);
      for (const name of found.networks) await removeStandalone(docker, name);
      return true;
    },
    async logs(service, follow, signal) {
      if (service !== undefined && !services.some((one) => one === service)) {
        throw new UsageError(
          `unknown service "${service}": expected ${services.join(", ")}`,
        );
      }
      await docker.run([
        "compose",
        // Without a terminal Compose would still erase lines that it redraws.
        ...Deno.stdout.isTerminal() ? [] : ["--ansi", "never"],
        ...["logs", "--tail", "200"],
        ...follow ? ["-f"] : [],
        ...service === undefined ? [] : [service],
      ], { output: "inherit", signal, timeoutMs: Infinity });
    },
  };
}
