/**
 * The Compose stack: ZooKeeper, Kafka, Kafka UI and the producer as containers.
 *
 * @module
 */

import { CommandError } from "../../../lib/errors.ts";
import { inspectProject } from "../../docker/inspect.ts";
import { askContainer } from "../../producer/producer_container.ts";
import { createDocker } from "../../docker/docker.ts";
import { statusRows } from "./compose_status.ts";
import {
  type ComposeSettings,
  kraftFile,
  type Service,
  services,
} from "./compose_settings.ts";
import { removeStandalone } from "./preflight/standalone.ts";
import { startServices } from "./start_services.ts";
import { type Run, run as realRun } from "../../host/run_process.ts";
import type { ServiceStatus, Stack } from "../stack.ts";
import type { Progress } from "../../cli/print.ts";

/** Settings of a Compose stack. */
export interface ComposeOptions {
  /** What it is called and where it is reached. */
  readonly settings: ComposeSettings;
  /** The folder of compose.yaml. */
  readonly projectDir: string;
  /** The network to be on; absent for the one that Compose reads by itself. */
  readonly network?: string;
  /** Starts programs. */
  readonly run?: Run;
  /** How long services may take until they are healthy; default 180,000 ms. */
  readonly healthDeadlineMs?: number;
  /** Calls off what is under way. */
  readonly signal?: AbortSignal;
}

/** The Compose stack, with what only containers can do. */
export interface ComposeStack extends Stack {
  /** Starts the producer's container, after ZooKeeper and Kafka. */
  startProducer(progress: Progress): Promise<void>;
  /** Starts it anew, with the code and the `.env` of now. */
  restartProducer(progress: Progress): Promise<void>;
}

/** The producer's health check, as compose.yaml has it. */
const liveCheck = "deno run -q --no-config --no-lock " +
  "--allow-net=127.0.0.1:9464 producer/healthcheck.ts";

/** Makes the stack; nothing is looked at or started before it is asked to. */
export function createComposeStack(options: ComposeOptions): ComposeStack {
  const { settings, projectDir, run = realRun, signal } = options;
  const { project } = settings;
  const docker = createDocker({
    run,
    cwd: projectDir,
    env: {
      COMPOSE_PROJECT_NAME: project,
      ...options.network === undefined ? {} : { DAS_NETWORK: options.network },
      ...settings.isKraft ? { COMPOSE_FILE: kraftFile } : {},
    },
    signal,
  });
  const inspect = () => inspectProject(run, project);

  const volumes = async () => {
    const label = `label=com.docker.compose.project=${project}`;
    const list = await docker.must(["volume", "ls", "-q", "--filter", label]);
    return list.split("\n").filter(Boolean);
  };

  function start(
    wanted: readonly Service[],
    progress: Progress,
  ): Promise<void> {
    return startServices(wanted, options.healthDeadlineMs ?? 180_000, {
      docker,
      volumes,
      inspect,
      logsOf: async (name) => {
        const args = ["logs", "--tail", "200", name];
        const { stdout, stderr } = await docker.ask(args);
        return `${stdout}\n${stderr}`;
      },
      // Its health check comes each 30 s, since each one starts a Deno.
      isLive: async ({ name, service, status }) =>
        service === "crypto-producer" && status === "running" &&
        (await docker.ask(["exec", name, ...liveCheck.split(" ")])).code === 0,
      progress,
      now: () => performance.now(),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  }

  async function sayReadiness(progress: Progress): Promise<void> {
    const container = (await inspect()).find(({ service }) =>
      service === "crypto-producer"
    );
    const asked = container && await askContainer(container, run);
    if (!asked?.ok || asked.value.ready) return;
    progress("The producer lives, but is not ready yet:");
    for (const reason of asked.value.reasons) progress(`  ${reason}`);
  }

  return {
    kind: "compose",
    bootstrap: `localhost:${settings.ports.kafka}`,
    up: (progress) =>
      start(services.filter((one) => one !== "crypto-producer"), progress),
    async startProducer(progress) {
      await start(["crypto-producer"], progress);
      await sayReadiness(progress);
    },
    async restartProducer(progress) {
      progress("Restarting crypto-producer");
      await docker.must(["compose", "restart", "crypto-producer"]);
      await start(["crypto-producer"], progress);
      await sayReadiness(progress);
    },
    async status(): Promise<ServiceStatus[]> {
      return statusRows(await inspect().catch(() => []));
    },
    async stop(progress) {
      const running = (await inspect()).filter(({ status }) =>
        status === "running" || status === "restarting"
      );
      if (running.length === 0) return false;
      progress("Stopping the containers; their data is kept");
      await docker.must(["compose", "stop"]);
      return true;
    },
    async destroy(progress) {
      const before = await inspect();
      progress("Removing containers and volumes");
      await docker.must(["compose", "down", "-v", "--remove-orphans"]);
      // Those of the other mode, which the file of this one does not name.
      const left = await volumes();
      if (left.length > 0) await docker.must(["volume", "rm", ...left]);
      const network = await removeStandalone(run, settings.standaloneNetwork);
      return before.length > 0 || left.length > 0 || network;
    },
    async logs(service, follow, until) {
      if (service !== undefined && !services.some((one) => one === service)) {
        throw new CommandError(
          `there is no service "${service}"`,
          `name one of ${services.join(", ")}`,
        );
      }
      const child = new Deno.Command("docker", {
        args: [
          "compose",
          // Off a terminal Compose would still erase lines that it redraws.
          ...Deno.stdout.isTerminal() ? [] : ["--ansi", "never"],
          ...["logs", "--tail", "200"],
          ...follow ? ["-f"] : [],
          ...service === undefined ? [] : [service],
        ],
        cwd: projectDir,
        env: settings.isKraft ? { COMPOSE_FILE: kraftFile } : {},
        stdin: "null",
        stdout: "inherit",
        stderr: "inherit",
        signal: until,
      }).spawn();
      await child.status;
    },
  };
}
