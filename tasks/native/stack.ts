/**
 * The native stack: one real Kafka broker as a plain Java process.
 *
 * @module
 */

import { Failure } from "../../producer/errors.ts";
import { inShort, type Run, run as realRun } from "../stack/process.ts";
import type { Progress, ServiceStatus, Stack } from "../stack/stack.ts";
import {
  type BrokerRecord,
  isAlive,
  parseRecord,
  processBegun,
} from "./broker_process.ts";
import { ensureJars } from "./jars.ts";
import { checkJava } from "./java.ts";
import {
  cacheFolder,
  type Env,
  javaProgram,
  pathSeparator,
  platformOf,
} from "./platform.ts";
import { freePort, isFree, isServing, portOwner } from "./ports.ts";
import {
  clusterId,
  jvmFlags,
  log4jProperties,
  serverProperties,
} from "./settings.ts";

/** Where and how a native stack lives. */
export interface NativeOptions {
  /** Absolute path of its folder: data, log, pid. */
  readonly stateDir: string;
  /** The port for clients. */
  readonly port: number;
  /** The cache for jars; the platform's own unless told. */
  readonly cacheDir?: string;
  /** Environment variables. */
  readonly env?: Env;
  /** Starts programs. */
  readonly run?: Run;
  /** Told of the broker's pid as soon as there is one. */
  readonly onStart?: (pid: number) => void;
}

const startMs = 60_000;
const stopMs = 30_000;
const pollMs = 50;

const pause = () => new Promise((resolve) => setTimeout(resolve, pollMs));

function removeIfThere(path: string): boolean {
  try {
    Deno.removeSync(path, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Makes the stack; nothing is started yet. */
export function createNativeStack(options: NativeOptions): Stack {
  const { stateDir, port } = options;
  const env = options.env ?? ((name) => Deno.env.get(name));
  const run = options.run ?? realRun;
  const platform = platformOf(Deno.build.os);
  const java = javaProgram(platform, env);
  const files = {
    record: `${stateDir}/broker.json`,
    properties: `${stateDir}/server.properties`,
    log4j: `${stateDir}/log4j.properties`,
    log: `${stateDir}/broker.log`,
    data: `${stateDir}/data`,
  };

  const readRecord = () => parseRecord(readIfThere(files.record) ?? "");

  async function running(): Promise<BrokerRecord | undefined> {
    const record = readRecord();
    return record !== undefined && await isAlive(run, platform, record)
      ? record
      : undefined;
  }

  async function jars(progress: Progress): Promise<string> {
    const cacheDir = options.cacheDir ?? cacheFolder(platform, env);
    if (cacheDir === undefined) {
      throw new Failure(
        "the cache folder cannot be found: HOME is not set",
        "set XDG_CACHE_HOME to a folder that this user can write",
      );
    }
    const folder = await ensureJars({ run, platform, cacheDir, progress });
    // A fixed order, so that the class path is the same at each start.
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(".jar")).sort();
    return names.map((name) => `${folder}/${name}`)
      .join(pathSeparator[platform]);
  }

  async function format(classPath: string): Promise<void> {
    if (readIfThere(`${files.data}/meta.properties`) !== undefined) return;
    const id = clusterId(crypto.getRandomValues(new Uint8Array(16)));
    const { code, stdout, stderr } = await run(java, [
      ...jvmFlags,
      `-Dlog4j.configuration=file:${files.log4j}`,
      "-cp",
      classPath,
      "kafka.tools.StorageTool",
      "format",
      "-t",
      id,
      "-c",
      files.properties,
      "--ignore-formatted",
    ]);
    if (code === 0) return;
    throw new Failure(
      `the data folder cannot be prepared: ${inShort(stderr + stdout)}`,
      "look at the folder .state/native, or begin afresh: deno task destroy",
    );
  }

  async function whyItDied(args: readonly string[]): Promise<string> {
    const log = readIfThere(files.log) ?? "";
    const lines = log.trim().split("\n");
    const telling = lines.findLast((line) => / (ERROR|FATAL) /.test(line));
    if (telling !== undefined) return telling;
    // It never came to logging: ask Java itself.
    const quick = AbortSignal.timeout(5_000);
    const { stderr, stdout } = await run(java, args, { signal: quick });
    return inShort(stderr + stdout) || lines.at(-1) || "it says nothing";
  }

  async function start(classPath: string, progress: Progress): Promise<void> {
    const args = [
      ...jvmFlags,
      `-Dlog4j.configuration=file:${files.log4j}`,
      `-Dkafka.logs.dir=${stateDir}`,
      "-cp",
      classPath,
      "kafka.Kafka",
      files.properties,
    ];
    const child = new Deno.Command(java, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      // A session of its own: the broker outlives this command and is not
      // reached by its terminal's Ctrl-C.
      detached: true,
    }).spawn();
    let ended = false;
    child.status.then(() => ended = true);
    child.unref();
    options.onStart?.(child.pid);
    const begun = await processBegun(run, platform, child.pid) ?? "";
    const record: BrokerRecord = { pid: child.pid, begun, port };
    Deno.writeTextFileSync(files.record, JSON.stringify(record));
    progress(`Starting Kafka on localhost:${port} (pid ${child.pid}) ...`);
    const deadline = performance.now() + startMs;
    while (!await isServing(port)) {
      if (ended) {
        removeIfThere(files.record);
        throw new Failure(
          `Kafka ended before it served: ${await whyItDied(args)}`,
          "read the log: deno task logs; a fresh start: deno task destroy",
        );
      }
      if (performance.now() > deadline) {
        throw new Failure(
          `Kafka does not serve on port ${port} after ${startMs / 1000} s`,
          "read the log: deno task logs",
        );
      }
      await pause();
    }
  }

  async function end(record: BrokerRecord): Promise<void> {
    try {
      Deno.kill(record.pid, "SIGTERM");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    const deadline = performance.now() + stopMs;
    while (await isAlive(run, platform, record)) {
      if (performance.now() > deadline) {
        throw new Failure(
          `Kafka (pid ${record.pid}) does not stop within ${stopMs / 1000} s`,
          `end it by hand: kill -9 ${record.pid}`,
        );
      }
      await pause();
    }
    removeIfThere(files.record);
  }

  async function up(progress: Progress): Promise<void> {
    const before = await running();
    if (before?.port === port && await isServing(port)) {
      progress(`Kafka runs already (pid ${before.pid}).`);
      return;
    }
    await checkJava(run, java, platform);
    const classPath = await jars(progress);
    if (before !== undefined && before.port !== port) {
      progress(`Kafka moves from port ${before.port} to ${port}.`);
      await end(before);
    }
    if (before === undefined || before.port !== port) {
      if (!isFree(port)) {
        const owner = await portOwner(run, platform, port);
        throw new Failure(
          `port ${port} is taken${owner === undefined ? "" : ` by ${owner}`}`,
          "free it, or move Kafka: " +
            "KAFKA_HOST_PORT=19093 deno task setup --stack=native",
        );
      }
    }
    const settings = {
      port,
      controllerPort: freePort(),
      dataDir: files.data,
    };
    Deno.writeTextFileSync(files.properties, serverProperties(settings));
    Deno.writeTextFileSync(files.log4j, log4jProperties(files.log));
    await format(classPath);
    await start(classPath, progress);
  }

  return {
    kind: "native",
    bootstrap: `localhost:${port}`,
    async up(progress) {
      Deno.mkdirSync(stateDir, { recursive: true });
      // Two setups at once would start two brokers on one folder.
      using lock = Deno.openSync(`${stateDir}/setup.lock`, {
        write: true,
        create: true,
      });
      await lock.lock(true);
      await up(progress);
    },
    async status(): Promise<ServiceStatus[]> {
      const record = await running();
      const at = record?.port ?? port;
      const serves = record !== undefined && await isServing(at);
      const crashed = record === undefined && readRecord() !== undefined;
      return [{
        name: "kafka",
        address: `localhost:${at}`,
        state: serves
          ? "running"
          : record !== undefined
          ? "starting"
          : crashed
          ? "failed"
          : "stopped",
        detail: record !== undefined
          ? `pid ${record.pid}`
          : crashed
          ? "it ended without being told to: deno task logs"
          : "",
      }];
    },
    async stop(progress) {
      const record = await running();
      if (record === undefined) {
        removeIfThere(files.record);
        return false;
      }
      progress(`Stopping Kafka (pid ${record.pid}) ...`);
      await end(record);
      return true;
    },
    async destroy(progress) {
      const record = await running();
      if (record !== undefined) {
        progress(`Stopping Kafka (pid ${record.pid}) ...`);
        await end(record);
      }
      return removeIfThere(stateDir);
    },
    async logs(service, follow, signal) {
      if (service !== undefined && service !== "kafka") {
        throw new Failure(
          `the native stack has no service "${service}"`,
          "deno task logs kafka",
        );
      }
      await showLog(files.log, follow, signal);
    },
  };
}

const shownBytes = 16 * 1024;

async function showLog(
  path: string,
  follow: boolean,
  signal: AbortSignal,
): Promise<void> {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    throw new Failure(
      "there is no log: the stack was never started",
      "deno task setup --stack=native",
      { cause: error },
    );
  }
  using open = file;
  const from = Math.max(0, open.statSync().size - shownBytes);
  open.seekSync(from, Deno.SeekMode.Start);
  const buffer = new Uint8Array(shownBytes);
  while (!signal.aborted) {
    const count = open.readSync(buffer);
    if (count !== null) Deno.stdout.writeSync(buffer.subarray(0, count));
    else if (!follow) return;
    else await pause();
  }
}
