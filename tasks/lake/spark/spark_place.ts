// Chooses where Spark is: a one-shot container, PART-A's notebook, or a program
// of the user's.

import { CommandError } from "../../../lib/errors.ts";
import { readText } from "../../../lib/files.ts";
import { realPorts } from "../../../lib/merge_settings.ts";
import { pathOf, projectDir } from "../../../lib/project.ts";
import { progress } from "../../cli/print.ts";
import { createDocker, type Docker } from "../../docker/docker.ts";
import { inspectContainers } from "../../docker/inspect.ts";
import { pullMissing } from "../../docker/images.ts";
import { composeSettings } from "../../stack/compose_settings.ts";
import {
  createInNotebook,
  type InNotebookOptions,
  notebookJobs,
} from "./in_notebook.ts";
import { createOneShot, oneShotJobs } from "./one_shot.ts";
import { bannerOf, createOwnSubmit, ownJobs } from "./own_submit.ts";
import {
  packagesFor,
  packagesOfBanner,
  refuseOldIceberg,
  type SparkVersion,
  versionOfImage,
  versionOfJars,
} from "./packages.ts";
import {
  packagesOfPartA,
  type PartA,
  readPartA,
  withoutPackages,
} from "./part_a_spark.ts";
import {
  catalogProperties,
  parseProperties,
  secretsOf,
  type SparkProperties,
  warehouseOf,
} from "./spark_properties.ts";
import type { SparkConfig } from "./spark_settings.ts";
import type { Jobs, Submit } from "./submit.ts";

/** Spark, and the brokers as it reaches them. */
export interface SparkPlace {
  readonly submit: Submit;
  readonly brokers: string;
}

/** The folder of logs and records of jobs. */
export const sparkStateDir: string = pathOf(
  new URL(".state/spark", projectDir),
);

/** The listener of the stack's broker for other containers of its network. */
const stackBroker = "kafka:29092";

/** Docker, whose absence has another next step here than for the stack. */
function requireDocker(): Docker {
  const docker = createDocker();
  const explained = async <T>(work: Promise<T>) => {
    try {
      return await work;
    } catch (error) {
      const isMissing = error instanceof CommandError &&
        error.cause instanceof Deno.errors.NotFound;
      if (!isMissing) throw error;
      throw new CommandError(
        error.message,
        "install Docker, or name a spark-submit of your own in SPARK_SUBMIT; " +
          "the embedded engine needs neither: leave out --engine=spark",
      );
    }
  };
  return {
    run: (args, call) => explained(docker.run(args, call)),
    output: (args, call) => explained(docker.output(args, call)),
  };
}

function ownProperties({ propertiesFile }: SparkConfig): SparkProperties {
  if (propertiesFile === undefined) return {};
  const text = readText(propertiesFile);
  if (text !== undefined) return parseProperties(text);
  throw new CommandError(
    `SPARK_PROPERTIES_FILE is "${propertiesFile}": file not found`,
    "name a file that exists, or leave it empty",
  );
}

function checkpointsOf(
  { checkpoints }: SparkConfig,
  properties: SparkProperties,
): string | undefined {
  const warehouse = warehouseOf(properties);
  return checkpoints ??
    (warehouse === undefined
      ? undefined
      : `${warehouse}/_checkpoints/crypto-stream`);
}

/**
 * The stack's broker, which has to be on PART-A's network.
 *
 * @throws {CommandError} where it is not.
 */
async function requireBroker(
  docker: Docker,
  { network }: PartA,
): Promise<string> {
  const name = `${composeSettings(realPorts).prefix}-kafka`;
  const [kafka] = await inspectContainers(docker, [name]);
  if (kafka?.status !== "running") {
    throw new CommandError(
      `the stack's broker ${name} is not running, and Spark reads the topic ` +
        "from it",
      "start the stack: deno task setup; for another broker set " +
        "SPARK_KAFKA_BOOTSTRAP_SERVERS",
    );
  }
  if (!kafka.networks.includes(network)) {
    throw new CommandError(
      `the stack's broker ${name} is on the network ` +
        `${kafka.networks.join(", ")}, PART-A on ${network}`,
      `put it there: deno task setup --network=${network}`,
    );
  }
  return stackBroker;
}

async function imageVersion(
  docker: Docker,
  image: string,
): Promise<SparkVersion> {
  const named = versionOfImage(image);
  if (named !== undefined) return named;
  await pullMissing(docker, [image], progress);
  const ask = 'ls "${SPARK_HOME:-/opt/spark}"/jars';
  const listing = await docker.output([
    ...["run", "--rm", "--entrypoint", "/bin/sh", image, "-c", ask],
  ], { timeoutMs: 120_000 });
  const found = versionOfJars(listing);
  if (found !== undefined) return found;
  throw new CommandError(
    `SPARK_IMAGE is "${image}": it has no Spark in SPARK_HOME or /opt/spark`,
    "use an image such as apache/spark:3.5.7-java17-python3",
  );
}

async function ownSubmit(
  program: string,
  config: SparkConfig,
): Promise<SparkPlace> {
  refuseOldIceberg(config.packages ?? []);
  if (config.brokers === undefined) {
    throw new CommandError(
      "SPARK_SUBMIT is set, but not which brokers Spark is to read from",
      "set SPARK_KAFKA_BOOTSTRAP_SERVERS, as the Spark there reaches them",
    );
  }
  const properties = ownProperties(config);
  const packages = config.packages ??
    packagesOfBanner(await bannerOf(program));
  return {
    brokers: config.brokers,
    submit: createOwnSubmit({
      program,
      packages,
      propertiesFile: config.propertiesFile,
      checkpoints: checkpointsOf(config, properties),
      secrets: secretsOf(properties),
      platform: Deno.build.os,
      stateDir: sparkStateDir,
    }),
  };
}

/** All places where a job of this lake may run, for who looks for one. */
export async function openJobs(config: SparkConfig): Promise<Jobs[]> {
  if (config.sparkSubmit !== undefined) {
    const platform = Deno.build.os;
    const program = config.sparkSubmit;
    return [ownJobs({ program, platform, stateDir: sparkStateDir })];
  }
  const docker = requireDocker();
  await docker.output(["version", "--format", "{{.Server.Version}}"]);
  const [notebook] = await inspectContainers(docker, [config.notebook]);
  return [
    oneShotJobs(docker),
    ...notebook?.status === "running"
      ? [notebookJobs(docker, config.notebook)]
      : [],
  ];
}

/** How a place is opened. */
export interface PlaceOptions {
  /** Whether `--in-notebook` was given. */
  readonly inNotebook: boolean;
  /** Whether the job cannot do anything without the topic. */
  readonly needsBroker: boolean;
}

async function besidePartA(config: SparkConfig, needsBroker: boolean) {
  refuseOldIceberg(config.packages ?? []);
  const docker = requireDocker();
  const partA = await readPartA(docker, config.notebook);
  const brokers = config.brokers ??
    (needsBroker ? await requireBroker(docker, partA) : stackBroker);
  const own = ownProperties(config);
  const all = { ...withoutPackages(partA.properties), ...own };
  const packagesOf = (spark: SparkVersion) =>
    config.packages ?? packagesFor(spark, packagesOfPartA(partA));
  const common = {
    docker,
    dockerWith: (env: Readonly<Record<string, string>>) =>
      createDocker({ env }),
    memory: config.memory,
    checkpoints: checkpointsOf(config, all),
    secrets: [...secretsOf(all), ...secretsOf(partA.env)],
  };
  return { partA, brokers, own, all, packagesOf, common };
}

/** PART-A's notebook container, its Spark, and the brokers as it reaches them. */
export interface NotebookPlace {
  readonly options: InNotebookOptions;
  readonly brokers: string;
  /** The port of this machine that leads to Jupyter. */
  readonly port: number | undefined;
}

/**
 * Opens PART-A's notebook container.
 *
 * @throws {CommandError} where PART-A, its settings or the broker are missing.
 */
export async function openNotebook(
  config: SparkConfig,
  { needsBroker }: { readonly needsBroker: boolean },
): Promise<NotebookPlace> {
  const { partA, brokers, all, packagesOf, common } = await besidePartA(
    config,
    needsBroker,
  );
  if (partA.spark === undefined) {
    throw new CommandError(
      `${config.notebook} has no Spark in SPARK_HOME or /usr/local/spark`,
      "leave out --in-notebook, or name another container in SPARK_NOTEBOOK",
    );
  }
  const { env, ports } = partA.notebook;
  const options = {
    ...common,
    notebook: config.notebook,
    user: `${env.NB_UID ?? "1000"}:${env.NB_GID ?? "100"}`,
    packages: packagesOf(partA.spark),
    properties: all,
  };
  return { options, brokers, port: ports["8888/tcp"] };
}

/**
 * Opens the place.
 *
 * @throws {CommandError} where PART-A, its settings or the broker are missing.
 */
export async function openSparkPlace(
  config: SparkConfig,
  { inNotebook, needsBroker }: PlaceOptions,
): Promise<SparkPlace> {
  if (config.sparkSubmit !== undefined) {
    return await ownSubmit(config.sparkSubmit, config);
  }
  if (inNotebook) {
    const { options, brokers } = await openNotebook(config, { needsBroker });
    return { submit: createInNotebook(options), brokers };
  }
  const { partA, brokers, own, packagesOf, common } = await besidePartA(
    config,
    needsBroker,
  );
  const spark = await imageVersion(common.docker, config.image);
  const submit = createOneShot({
    ...common,
    image: config.image,
    network: partA.network,
    project: composeSettings(realPorts).project,
    packages: packagesOf(spark),
    properties: { ...catalogProperties(partA.properties), ...own },
    env: partA.env,
    ivy: config.ivy,
    progress,
  });
  return { submit, brokers };
}
