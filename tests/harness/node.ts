// A Kafka process with a test's own settings, for what the native stack does not
// offer: it serves one machine, without TLS.

import { exists } from "../../lib/files.ts";
import { ensureJars, keyOf } from "../../tasks/stack/native/jars.ts";
import { findJava } from "../../tasks/stack/native/java.ts";
import { newClusterId } from "../../tasks/stack/native/launch.ts";
import { defaultCacheDir, platformFacts } from "../../tasks/host/platform.ts";
import { isServing } from "../../tasks/host/ports.ts";
import {
  escapeValue,
  javaArguments,
  log4jProperties,
} from "../../tasks/stack/native/broker_properties.ts";
import { run } from "../../tasks/host/run_process.ts";
import { until } from "./until.ts";

export interface NodePlan {
  /** A folder of its own, created if missing. */
  readonly dir: string;
  /** `server.properties`; `log.dirs` is added. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** The port that opens once it serves. */
  readonly port: number;
  readonly clusterId?: string;
  readonly formatArgs?: readonly string[];
}

/** A node: its data stays while its process comes and goes. */
export interface KafkaNode extends AsyncDisposable {
  pid(): number;
  /** Starts the process, which serves some time later. */
  start(): void;
  serving(): Promise<void>;
  /** Sends a signal; after SIGKILL and SIGTERM it waits for the exit. */
  kill(signal: Deno.Signal): Promise<void>;
}

/** Settings of a single node, which a test may override. */
export const nodeSettings: Readonly<Record<string, string | number>> = {
  "node.id": 1,
  "inter.broker.listener.name": "PLAINTEXT",
  "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
  "offsets.topic.replication.factor": 1,
  "transaction.state.log.replication.factor": 1,
  "transaction.state.log.min.isr": 1,
  "process.roles": "broker,controller",
  "controller.listener.names": "CONTROLLER",
  "auto.create.topics.enable": "false",
  "num.partitions": 1,
  "offsets.topic.num.partitions": 1,
  "transaction.state.log.num.partitions": 1,
  "group.initial.rebalance.delay.ms": 0,
  "broker.session.timeout.ms": 3_000,
  "broker.heartbeat.interval.ms": 500,
  "log.cleaner.dedupe.buffer.size": 2 * 1024 * 1024,
};

/** Java with Kafka's jars, ZooKeeper's among them. */
export async function javaProgram() {
  const env = (name: string) => Deno.env.get(name);
  const platform = Deno.build.os;
  const java = await findJava(run, env, platform);
  const jars = await ensureJars(defaultCacheDir(platform, env), {
    run,
    env,
    platform,
    progress: () => {},
  });
  const archive = `${jars.dir}/java-${await keyOf(java.build)}.jsa`;
  return {
    java: java.program,
    jars: jars.paths,
    listSeparator: platformFacts(platform).listSeparator,
    archive: exists(archive) ? archive : undefined,
  };
}

/** Formats a node's storage; it starts no process. */
export async function makeNode(plan: NodePlan): Promise<KafkaNode> {
  const { dir, settings, port } = plan;
  await Deno.mkdir(dir, { recursive: true });
  const serverFile = `${dir}/server.properties`;
  const log4jFile = `${dir}/log4j.properties`;
  const all = { ...settings, "log.dirs": escapeValue(`${dir}/data`) };
  await Deno.writeTextFile(
    serverFile,
    Object.entries(all).map(([name, value]) => `${name}=${value}\n`).join(""),
    // It may hold passwords.
    { mode: 0o600 },
  );
  await Deno.writeTextFile(log4jFile, log4jProperties(`${dir}/kafka.log`));
  const { java, ...parts } = await javaProgram();
  const args = (main: string, words: readonly string[]) =>
    javaArguments({ ...parts, log4jFile }, main, words);
  const { code, stdout, stderr } = await run(
    java,
    args("kafka.tools.StorageTool", [
      "format",
      ...["--cluster-id", plan.clusterId ?? newClusterId()],
      ...["--config", serverFile],
      ...plan.formatArgs ?? [],
    ]),
  );
  if (code !== 0) throw new Error(`cannot format ${dir}: ${stdout}${stderr}`);

  let child: Deno.ChildProcess | undefined;
  let ended = true;
  const kill = async (signal: Deno.Signal) => {
    if (child === undefined || ended) return;
    child.kill(signal);
    // A paused process handles only SIGKILL and SIGCONT.
    if (signal === "SIGTERM") child.kill("SIGCONT");
    if (signal === "SIGTERM" || signal === "SIGKILL") await child.status;
  };
  return {
    pid() {
      if (child === undefined || ended) throw new Error("not running");
      return child.pid;
    },
    start() {
      if (!ended) throw new Error("already running");
      ended = false;
      const started = new Deno.Command(java, {
        args: args("kafka.Kafka", [serverFile]),
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      child = started;
      started.status.then(() => {
        if (child === started) ended = true;
      });
    },
    async serving() {
      await until(`Kafka serves on port ${port}`, async () => {
        if (ended) {
          const log = await Deno.readTextFile(`${dir}/kafka.log`)
            .catch(() => "no log");
          throw new Error(`Kafka exited: ${log.slice(-3_000)}`);
        }
        return await isServing(port) ? true : undefined;
      }, 90_000);
    },
    kill,
    [Symbol.asyncDispose]: () => kill("SIGKILL"),
  };
}
