// A lake of its own in PART-A, for a test: its topic and its namespaces.

import { Buffer } from "node:buffer";
import { createDocker } from "../../tasks/docker/docker.ts";
import type { ProcessResult } from "../../tasks/host/run_process.ts";
import {
  run,
  start,
  type StartedProcess,
} from "../../tasks/host/run_process.ts";
import { sparkSettings } from "../../tasks/lake/spark/spark_settings.ts";
import { projectDir } from "../../lib/project.ts";
import type { Env } from "../harness/clone.ts";
import { sendValues } from "../harness/lake_command.ts";
import { createTopic, deleteTopic } from "../harness/topics.ts";
import { ivyOfRig } from "./part_a_rig.ts";

/** The lake's commands, and its topic. */
export interface SparkLake extends AsyncDisposable {
  readonly topic: string;
  /** The name of the job that writes: a container's, or a folder's. */
  readonly jobName: string;
  readonly env: Env;
  /** Runs `deno task lake ARGS --engine=spark`. */
  lake(args: readonly string[], env?: Env): Promise<ProcessResult>;
  /** Like {@linkcode lake}, but throws its output when it fails. */
  must(...args: string[]): Promise<ProcessResult>;
  /** Starts it, for a job that goes on. */
  start(
    args: readonly string[],
    onLine: (line: string) => void,
  ): StartedProcess;
  /** The rows of a query, or of a command with `--json`. */
  rows(...args: string[]): Promise<Record<string, unknown>[]>;
  send(values: readonly (string | Uint8Array | null)[]): Promise<void>;
}

/** Several times what a command takes on a busy machine. */
const commandDeadlineMs = 600_000;

/** The payload of a record with one observation; `at` is in seconds. */
export function tick(coin: string, at: number, price: string): string {
  return `{"status":"success","data":{"${coin}":{"usd":${price},` +
    `"last_updated_at":${at}}},"source_system":"test"}`;
}

/** The broker that the tier started: the prefix of its containers, its port. */
function testStack(): { name: string; port: string } {
  const [name, port] = Deno.env.get("SPARK_TEST_STACK")?.split(":") ?? [];
  if (name !== undefined && port !== undefined) return { name, port };
  throw new Error(
    "these tests need PART-A and a broker: deno task test spark, or set " +
      "SPARK_TEST_STACK=PREFIX:PORT to a stack on PART-A's network",
  );
}

function words(args: readonly string[]): string[] {
  return ["run", "-q", "-P=lake", "tasks/lake.ts", ...args, "--engine=spark"];
}

/**
 * Runs a command; it ends its job when it is ended.
 *
 * @throws where it does not end by itself.
 */
async function inTime(
  args: readonly string[],
  env: Env,
): Promise<ProcessResult> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), commandDeadlineMs);
  try {
    const ended = await run(Deno.execPath(), words(args), {
      cwd: projectDir,
      env: { NO_COLOR: "1", ...env },
      signal: controller.signal,
    });
    if (!controller.signal.aborted) return ended;
    throw new Error(
      `lake ${args.join(" ")} did not end within ${commandDeadlineMs} ms: ` +
        `${ended.stdout}${ended.stderr}` +
        `Spark's output: .state/spark/${args[0]}.log`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Makes the topic; the tables are made by the first run. */
export async function makeSparkLake(name: string): Promise<SparkLake> {
  const stack = testStack();
  const bootstrap = `localhost:${stack.port}`;
  const id = crypto.randomUUID().slice(0, 6);
  const topic = `spark.${name}.${id}`;
  const prefix = `t${id}_`;
  const image = sparkSettings[0][1];
  const ivy = await ivyOfRig(image);
  const env: Env = {
    STACK_NAME: stack.name,
    KAFKA_HOST_PORT: stack.port,
    KAFKA_TOPIC: topic,
    SPARK_CHECKPOINTS: `s3a://warehouse/_checkpoints/${topic}`,
    SPARK_NAMESPACE_PREFIX: prefix,
    ...ivy === undefined ? {} : { SPARK_IVY: ivy },
  };
  // Records of long ago would be gone after the broker's next look at its logs.
  const configEntries = [{ name: "retention.ms", value: "-1" }];
  await createTopic(bootstrap, { topic, numPartitions: 2, configEntries });
  const lake = (args: readonly string[], more: Env = {}) =>
    inTime(args, { ...env, ...more });
  async function must(...args: string[]): Promise<ProcessResult> {
    const ended = await lake(args);
    if (ended.code === 0) return ended;
    throw new Error(`${args.join(" ")}: ${ended.stdout}${ended.stderr}`);
  }
  return {
    topic,
    jobName: `crypto-spark-run-t${id}`,
    env,
    lake,
    must,
    start: (args, onLine) =>
      start(Deno.execPath(), words(args), {
        cwd: projectDir,
        env: { NO_COLOR: "1", ...env },
        onLine,
      }),
    async rows(...args) {
      const { stdout } = await must(...args, "--json");
      return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    },
    send: (values) =>
      sendValues(
        bootstrap,
        topic,
        values.map((it) => it instanceof Uint8Array ? Buffer.from(it) : it),
      ),
    async [Symbol.asyncDispose]() {
      await lake(["stop"]);
      await deleteTopic(bootstrap, topic);
    },
  };
}

/** The pids of Java and Python in a container that run a job's program. */
export async function processesIn(
  container: string,
  jobName: string,
): Promise<string[]> {
  const look = "ps -eo pid,args 2>/dev/null || cat /proc/[0-9]*/cmdline | " +
    "tr '\\0' ' '";
  const text = await createDocker().output([
    "exec",
    container,
    "sh",
    "-c",
    look,
  ]);
  return text.split("\n").filter((line) => line.includes(`/tmp/${jobName}/`));
}
