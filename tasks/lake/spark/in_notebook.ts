// Spark in PART-A's notebook container. The end of `docker exec` does not end
// what it started, so a job is found and ended by its processes.

import { CommandError } from "../../../lib/errors.ts";
import { pathOf, projectDir } from "../../../lib/project.ts";
import type { Docker } from "../../docker/docker.ts";
import { chooseJars, jarArgs } from "./class_path.ts";
import { inTime, jobProcesses, signalIn } from "./job_processes.ts";
import {
  type Jobs,
  propertiesFor,
  type SparkJob,
  type Submit,
} from "./submit.ts";
import { formatProperties, type SparkProperties } from "./spark_properties.ts";

/** What a job in the notebook is made of. */
export interface InNotebookOptions {
  readonly docker: Docker;
  /** Makes the docker whose child processes get variables. */
  readonly dockerWith: (env: Readonly<Record<string, string>>) => Docker;
  readonly notebook: string;
  /** Numeric, `1000:100`: root's files in the cache would lock the user out. */
  readonly user: string;
  readonly packages: readonly string[];
  readonly properties: SparkProperties;
  readonly memory: string;
  readonly checkpoints: string | undefined;
  readonly secrets: readonly string[];
}

/** The exit code of `flock` for a lock that another process holds. */
const heldCode = 75;

/**
 * The kernel's lock is inherited by all processes of a job and ends with the
 * last of them.
 */
const script = `umask 077
folder=$1
printf '%s' "$LAKE_PROPERTIES" >"$folder/lake.properties" || exit 1
unset LAKE_PROPERTIES
ivy=\${2:-$HOME/.ivy2}
shift 2
${chooseJars}
exec flock --nonblock --conflict-exit-code ${heldCode} "$folder/lock" "\${SPARK_HOME:-/usr/local/spark}/bin/spark-submit" "$@"`;

/** The arguments of `docker exec`. */
export function execArgs(job: SparkJob, options: InNotebookOptions): string[] {
  const { notebook, user, packages, properties } = options;
  const folder = folderOf(job.name);
  return [
    ...["exec", "--user", user],
    ...["-e", "LAKE_OPTIONS", "-e", "LAKE_PROPERTIES"],
    ...[notebook, "sh", "-c", script, "sh", folder],
    properties["spark.jars.ivy"] ?? "",
    ...jarArgs(packages, properties),
    ...["--properties-file", `${folder}/lake.properties`],
    ...[`${folder}/spark/main.py`, job.subcommand],
  ];
}

/** The jobs in the notebook's container. */
export function notebookJobs(docker: Docker, notebook: string): Jobs {
  const found = (name: string) =>
    jobProcesses(docker, notebook, folderOf(name));
  const isGone = async (name: string) => (await found(name)).length === 0;

  return {
    async holder(name) {
      const [first] = await found(name);
      if (first === undefined) return undefined;
      const where = `pid ${first.pid} in the container ${notebook}`;
      return first.kind === "kernel" ? `a notebook's kernel, ${where},` : where;
    },
    async stop(name) {
      const all = await found(name);
      if (all.length === 0) return undefined;
      const kernel = all.find(({ kind }) => kind === "kernel");
      if (kernel !== undefined) {
        throw new CommandError(
          `a notebook's kernel writes: pid ${kernel.pid} in the container ` +
            notebook,
          "run the notebook's last cell, lake.close(), or shut its kernel down",
        );
      }
      // Python ends its batch first; before there is one, Java is to end.
      const python = all.filter(({ kind }) => kind === "python");
      const asked = (python.length > 0 ? python : all).map(({ pid }) => pid);
      await signalIn(docker, notebook, { signal: "TERM", pids: asked });
      if (!await inTime(() => isGone(name))) {
        const pids = (await found(name)).map(({ pid }) => pid);
        await signalIn(docker, notebook, { signal: "KILL", pids });
      }
      if (await inTime(() => isGone(name))) {
        return `the job in the container ${notebook}`;
      }
      const left = (await found(name)).map(({ pid }) => pid);
      throw new CommandError(
        `pids ${left.join(", ")} in the container ${notebook} do not end`,
        `docker restart ${notebook}`,
      );
    },
  };
}

function folderOf(name: string): string {
  return `/tmp/${name}`;
}

/** Spark in the notebook's container. */
export function createInNotebook(options: InNotebookOptions): Submit {
  const { docker, dockerWith, notebook, user } = options;
  const jobs = notebookJobs(docker, notebook);
  const root = ["exec", "--user", "0", notebook, "sh", "-c"];

  async function copyPrograms(folder: string): Promise<void> {
    await docker.output([...root, 'mkdir -p "$1"', "sh", folder]);
    for (const part of ["spark", "sql"]) {
      const from = pathOf(new URL(`lakehouse/${part}`, projectDir));
      await docker.output(["cp", from, `${notebook}:${folder}/`]);
    }
    await docker.output([
      ...root,
      'chown -R "$2" "$1" && chmod -R u+rwX,go-rwx "$1"',
      ...["sh", folder, user],
    ]);
  }

  return {
    ...jobs,
    place: `PART-A's ${notebook}`,
    checkpoints: options.checkpoints,
    secrets: options.secrets,
    async run(job, onLine) {
      const folder = folderOf(job.name);
      // The programs of a job that runs are not replaced under it.
      if (await jobs.holder(job.name) === undefined) await copyPrograms(folder);
      const client = dockerWith({
        LAKE_OPTIONS: JSON.stringify(job.options),
        LAKE_PROPERTIES: formatProperties(propertiesFor(job, {
          ...options.properties,
          "spark.driver.memory": options.memory,
          "spark.ui.enabled": "false",
        })),
      });
      const { code } = await client.run(execArgs(job, options), {
        timeoutMs: Infinity,
        detached: true,
        output: "lines",
        onLine,
      });
      if (code === heldCode) {
        throw new CommandError(
          `a job ${job.name} runs in the container ${notebook} already: it is ` +
            "the one writer",
          "wait for its end, or: deno task lake stop --engine=spark",
        );
      }
      const remove = ["rm", "-rf", folder];
      await docker.run(["exec", "--user", "0", notebook, ...remove]);
      return code;
    },
  };
}
