// Spark in a container of its own beside PART-A. The container's name is the
// lock, and its end is the job's end.

import { CommandError } from "../../../lib/errors.ts";
import { pathOf, projectDir } from "../../../lib/project.ts";
import type { Progress } from "../../cli/print.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import { type Docker, lastLine } from "../../docker/docker.ts";
import { pullMissing } from "../../docker/images.ts";
import { inspectContainers } from "../../docker/inspect.ts";
import { ownLabel } from "../../stack/compose/belongings.ts";
import { inTime, jobProcesses, signalIn } from "./job_processes.ts";
import { chooseArchive, makesArchive, submitAndKeep } from "./class_archive.ts";
import { chooseJars, jarArgs } from "./class_path.ts";
import {
  graceSeconds,
  type Jobs,
  propertiesFor,
  type SparkJob,
  type Submit,
} from "./submit.ts";
import { eventOf, kindOf } from "./spark_events.ts";
import { formatProperties, type SparkProperties } from "./spark_properties.ts";

/** What a container is made of. */
export interface OneShotOptions {
  readonly docker: Docker;
  /** Makes the docker whose child processes get variables. */
  readonly dockerWith: (env: Readonly<Record<string, string>>) => Docker;
  readonly image: string;
  readonly network: string;
  /** The Compose project that the volume and the containers belong to. */
  readonly project: string;
  readonly packages: readonly string[];
  readonly properties: SparkProperties;
  /** The store's credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder in the image that has the packages, instead of the volume. */
  readonly ivy: string | undefined;
  /** Java heap: `1g`. */
  readonly memory: string;
  readonly checkpoints: string | undefined;
  readonly secrets: readonly string[];
  readonly progress: Progress;
}

/**
 * A folder that Apache's image gives to its user: a new volume inherits the
 * owner.
 */
const volumeFolder = "/opt/spark/work-dir";

/** Where `lakehouse/` is in the container. */
const mountFolder = "/crypto-stream";

const packagesVolume = "spark-packages";

const propertiesFile = "/tmp/lake.properties";

/** Other users of this machine can read arguments, so settings come as variables. */
const script = `umask 077
printf '%s' "$LAKE_PROPERTIES" >${propertiesFile} || exit 1
unset LAKE_PROPERTIES
home=\${SPARK_HOME:-/opt/spark} properties=${propertiesFile}
keep=${volumeFolder} ivy=$1 makes=$2
shift 2
${chooseJars}
${chooseArchive}
${submitAndKeep}`;

/** The heap and 1 GB for Python, threads and buffers, in MiB. */
export function containerMegabytes(memory: string): number {
  const size = Number.parseInt(memory, 10);
  return (memory.endsWith("g") ? size * 1024 : size) + 1024;
}

/** As Compose names the volumes of a project. */
function volumeOf(project: string): string {
  return `${project}_${packagesVolume}`;
}

/** The exit code of `docker run` where no program was started. */
const dockersOwnCode = 125;

function notStarted(name: string, text: string): CommandError {
  if (/container name "[^"]*" is already in use/.test(text)) {
    return new CommandError(
      `the container ${name} runs already: it is the one writer`,
      "wait for its end, or: deno task lake stop --engine=spark",
    );
  }
  const found = diagnose(text, "spark") ?? diagnose(text);
  return new CommandError(
    `Docker cannot start ${name}: ${found?.cause ?? lastLine(text)}`,
    found?.next ?? "check Docker with docker info, then try again",
  );
}

function ivyOf({ ivy }: OneShotOptions): string {
  return ivy ?? `${volumeFolder}/ivy`;
}

/** The arguments of `docker run`. */
export function runArgs(job: SparkJob, options: OneShotOptions): string[] {
  const { image, network, project, packages, env, ivy, memory } = options;
  const lakehouse = pathOf(new URL("lakehouse", projectDir));
  // It would hide a folder of the image.
  const hasVolume = !ivy?.startsWith(volumeFolder);
  const volume = `type=volume,src=${volumeOf(project)},dst=${volumeFolder}`;
  return [
    ...["run", "--rm", "--name", job.name, "--network", network],
    ...["--label", `${ownLabel}=${project}`],
    ...["--memory", `${containerMegabytes(memory)}m`],
    ...["--stop-timeout", String(graceSeconds)],
    ...["--mount", `type=bind,src=${lakehouse},dst=${mountFolder},readonly`],
    ...hasVolume ? ["--mount", volume] : [],
    ...["LAKE_OPTIONS", "LAKE_PROPERTIES", ...Object.keys(env)]
      .flatMap((name) => ["-e", name]),
    ...["--entrypoint", "/bin/sh", image, "-c", script, "sh"],
    ...[ivyOf(options), hasVolume && makesArchive(job) ? "makes" : ""],
    ...jarArgs(packages, options.properties),
    ...["--properties-file", propertiesFile],
    ...[`${mountFolder}/spark/main.py`, job.subcommand],
  ];
}

/** The jobs in one-shot containers. */
export function oneShotJobs(docker: Docker): Jobs {
  async function statusOf(name: string): Promise<string | undefined> {
    const [found] = await inspectContainers(docker, [name]);
    return found?.status;
  }

  return {
    async holder(name) {
      const status = await statusOf(name);
      const hasEnded = status === "exited" || status === "dead";
      return status === undefined || hasEnded
        ? undefined
        : `the container ${name}`;
    },
    async stop(name) {
      if (await statusOf(name) === undefined) return undefined;
      const isGone = async () => await statusOf(name) === undefined;
      const python = (await jobProcesses(docker, name, mountFolder))
        .filter(({ kind }) => kind === "python").map(({ pid }) => pid);
      if (python.length > 0) {
        // It ends its batch first; Java, which Docker asks, ends at once.
        await signalIn(docker, name, { signal: "TERM", pids: python });
        if (await inTime(isGone)) return `the container ${name}`;
      }
      const long = { timeoutMs: (graceSeconds + 40) * 1000 };
      await docker.run(["stop", "--time", String(graceSeconds), name], long);
      const isRemoved = await inTime(async () => {
        if (await isGone()) return true;
        // --rm is the engine's to do, unless it was restarted in between.
        await docker.run(["rm", "-f", name]);
        return false;
      });
      if (isRemoved) return `the container ${name}`;
      throw new CommandError(
        `the container ${name} does not go away`,
        `docker rm -f ${name}`,
      );
    },
  };
}

/** Spark in one-shot containers. */
export function createOneShot(options: OneShotOptions): Submit {
  const { docker, dockerWith, image, project, progress } = options;
  const jobs = oneShotJobs(docker);

  async function prepare(name: string): Promise<void> {
    // An engine that was restarted keeps what --rm would have removed.
    if (await jobs.holder(name) === undefined) await docker.run(["rm", name]);
    await pullMissing(docker, [image], progress);
    const labels = { project, volume: packagesVolume };
    await docker.output([
      ...["volume", "create"],
      ...Object.entries(labels).flatMap(([label, value]) => [
        "--label",
        `com.docker.compose.${label}=${value}`,
      ]),
      volumeOf(project),
    ]);
  }

  return {
    ...jobs,
    place: `a container of ${image}`,
    checkpoints: options.checkpoints,
    secrets: options.secrets,
    async run(job, onLine) {
      await prepare(job.name);
      const properties = {
        "spark.master": "local[*]",
        "spark.ui.enabled": "false",
        "spark.driver.memory": options.memory,
        "spark.jars.ivy": ivyOf(options),
        ...options.properties,
      };
      const client = dockerWith({
        ...options.env,
        LAKE_OPTIONS: JSON.stringify(job.options),
        LAKE_PROPERTIES: formatProperties(propertiesFor(job, properties)),
      });
      const said: string[] = [];
      let isDone = false;
      const { code } = await client.run(runArgs(job, options), {
        timeoutMs: Infinity,
        detached: true,
        output: "lines",
        onLine(line) {
          if (said.length < 100) said.push(line);
          const event = eventOf(line);
          isDone ||= event !== undefined && kindOf(event) === "done";
          onLine(line);
        },
      });
      if (code === dockersOwnCode) throw notStarted(job.name, said.join("\n"));
      // What came after it was the archive, which a full disk may have ended.
      return isDone && makesArchive(job) ? 0 : code;
    },
  };
}
