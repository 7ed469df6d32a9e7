/**
 * The native stack: one real Kafka broker as a plain Java process, for a
 * machine without Docker.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { Failure, messageOf, UsageError } from "../../producer/errors.ts";
import { result } from "../output.ts";
import {
  type BrokerPorts,
  endBroker,
  resume,
  stateOf,
  waitUntilServing,
} from "./native/broker.ts";
import {
  ensureJars,
  jarsKey,
  kafkaVersion,
  removeIfThere,
} from "./native/jars.ts";
import { findJava } from "./native/java.ts";
import { keepArchive, launch } from "./native/launch.ts";
import { checkFolders, type Layout, layoutOf } from "./native/layout.ts";
import { takeLock } from "./native/lock.ts";
import { follow, readTail } from "./native/log_tail.ts";
import {
  defaultCacheDir,
  type Env,
  type Platform,
  platformFacts,
} from "./native/platform.ts";
import { freePort, isFree, isServing } from "./native/port.ts";
import { findPortOwner } from "./native/port_owner.ts";
import { type BrokerRecord, readRecord, writeRecord } from "./native/state.ts";
import { type Run, run as realRun } from "./process.ts";
import type { Progress, ServiceStatus, Stack } from "./stack.ts";

export { freePort } from "./native/port.ts";

/** Settings of a native stack. Durations are milliseconds. */
export interface NativeOptions {
  /** Folder of data, logs and state; default `./.state/native`. */
  readonly stateDir?: string;
  /** Folder of the jars; default a folder in the user's caches. */
  readonly cacheDir?: string;
  /** Port that serves this machine; default 9093. */
  readonly port?: number;
  /** Starts programs. */
  readonly run?: Run;
  /** The environment. */
  readonly env?: Env;
  /** The operating system. */
  readonly platform?: Platform;
  /** Ends `up()` early. What it started is left to `stop()` or `destroy()`. */
  readonly signal?: AbortSignal;
  /** Told of the broker's pid as soon as there is one. */
  readonly onStart?: (pid: number) => void;
  /** How long a broker may take until it serves; default 60,000. */
  readonly startDeadlineMs?: number;
  /** How long a broker may take to end; default 30,000. */
  readonly stopDeadlineMs?: number;
}

/** The native stack; nothing is looked at or started before it is asked to. */
export function createNativeStack(options: NativeOptions = {}): Stack {
  const {
    port = 9093,
    run = realRun,
    env = (name) => Deno.env.get(name),
    platform = Deno.build.os,
    signal,
    onStart,
    startDeadlineMs = 60_000,
    stopDeadlineMs = 30_000,
  } = options;
  const layout = layoutOf(options.stateDir ?? "./.state/native");
  const ports: BrokerPorts & { env: Env } = { run, platform, env, signal };
  const context = { layout, ports, port };

  const lock = async (progress: Progress, until?: AbortSignal) => {
    await makeFolder(dirname(layout.lockFile));
    return await takeLock(layout.lockFile, {
      onWait: () => progress("Waiting: another command changes the broker"),
      signal: until,
    });
  };

  async function end(
    record: BrokerRecord,
    progress: Progress,
  ): Promise<boolean> {
    const { process, ...rest } = record;
    const state = await stateOf(process, ports);
    if (process !== undefined && state !== "gone") {
      progress(`Stopping Kafka (pid ${process.pid})`);
      if (!await endBroker(process, "SIGTERM", stopDeadlineMs, ports)) {
        throw new Failure(
          `the broker (pid ${process.pid}) did not end within ` +
            `${stopDeadlineMs / 1000} s of SIGTERM`,
          `end it with: kill -KILL ${process.pid} (acknowledged records stay)`,
        );
      }
      await keepArchive(layout, record.archive);
    }
    await writeRecord(layout.recordFile, rest);
    return state !== "gone";
  }

  /** Whether the broker of the record serves as it should. */
  async function adopt(
    record: BrokerRecord | undefined,
    progress: Progress,
  ): Promise<boolean> {
    const process = record?.process;
    if (record === undefined || process === undefined) return false;
    const state = await stateOf(process, ports);
    if (state === "gone") {
      progress(`Kafka (pid ${process.pid}) ended without being stopped`);
      return false;
    }
    if (state === "paused") {
      progress(`Kafka (pid ${process.pid}) was paused: it goes on`);
      resume(process);
    }
    if (record.port === port && record.jars === await jarsKey()) {
      const starting = { process, port, logFile: layout.logFile };
      await waitUntilServing(starting, startDeadlineMs, progress, ports);
      return true;
    }
    if (record.port !== port) {
      await requireFree(port, ports);
      progress(`Moving Kafka from port ${record.port} to ${port}`);
    }
    await end(record, progress);
    return false;
  }

  return {
    kind: "native",
    bootstrap: `localhost:${port}`,
    async up(progress) {
      const cacheDir = resolve(
        options.cacheDir ?? defaultCacheDir(platform, env),
      );
      checkFolders(layout.stateDir, cacheDir, platformFacts(platform));
      await makeFolder(layout.stateDir);
      using _lock = await lock(progress, signal);
      const record = await readRecord(layout.recordFile);
      if (await adopt(record, progress)) return;
      const java = await findJava(run, env, platform);
      await requireFree(port, ports);
      const jars = await ensureJars(cacheDir, { ...ports, progress });
      signal?.throwIfAborted();
      const controllerPort = await choosePort(record?.controllerPort, port);
      const plan = { layout, java, jars, port, controllerPort, onStart };
      progress(`Starting Kafka ${kafkaVersion} on port ${port}`);
      const starting = await launch(plan, ports);
      try {
        await waitUntilServing(starting, startDeadlineMs, progress, ports);
      } finally {
        await starting.detached?.release();
      }
    },
    status: () => statusOf(context),
    async stop(progress) {
      if (await readRecord(layout.recordFile) === undefined) return false;
      using _lock = await lock(progress);
      const record = await readRecord(layout.recordFile);
      return record !== undefined && await end(record, progress);
    },
    async destroy(progress) {
      const there = await Deno.stat(layout.stateDir).catch(() => undefined);
      if (there === undefined) return false;
      using _lock = await lock(progress);
      const record = await readRecord(layout.recordFile);
      if (record !== undefined) {
        await end(record, progress).catch(async (error) => {
          if (!(error instanceof Failure) || !record.process) throw error;
          await endBroker(record.process, "SIGKILL", stopDeadlineMs, ports);
        });
      }
      progress(`Removing ${layout.stateDir}`);
      return await removeIfThere(layout.stateDir);
    },
    logs: (service, following, until) =>
      writeLogs(layout, service, following, until),
  };
}

async function makeFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw new Failure(
      `cannot use the folder ${path}: ${messageOf(error)}`,
      "make it a folder that can be written, or name another in STATE_DIR",
      { cause: error },
    );
  }
}

async function requireFree(port: number, ports: BrokerPorts): Promise<void> {
  if (await isFree(port)) return;
  const owner = await findPortOwner(port, ports.platform, ports.run) ??
    "a program that this user may not see";
  const other = port === 9093 ? 19093 : freePort();
  throw new Failure(
    `port ${port} must be free for Kafka: its owner is ${owner}`,
    `end that program, or choose another port: KAFKA_HOST_PORT=${other} ` +
      "deno task setup --stack=native",
  );
}

async function choosePort(
  remembered: number | undefined,
  taken: number,
): Promise<number> {
  if (
    remembered !== undefined && remembered !== taken && await isFree(remembered)
  ) return remembered;
  let port = freePort();
  while (port === taken) port = freePort();
  return port;
}

async function statusOf(
  { layout, ports, port }: {
    readonly layout: Layout;
    readonly ports: BrokerPorts;
    readonly port: number;
  },
): Promise<ServiceStatus[]> {
  const record = await readRecord(layout.recordFile).catch(() => undefined);
  const process = record?.process;
  const address = `localhost:${record?.port ?? port}`;
  const kafka = (state: ServiceStatus["state"], detail: string) => [
    { name: "kafka", address, state, detail },
  ];
  if (record === undefined || process === undefined) {
    return kafka("stopped", "");
  }
  const pid = `pid ${process.pid}`;
  switch (await stateOf(process, ports)) {
    case "gone":
      return kafka("failed", `${pid} ended without being stopped`);
    case "paused":
      return kafka("failed", `${pid} is paused (SIGSTOP)`);
    case "running":
      return await isServing(record.port)
        ? kafka("running", `${pid}, Kafka ${kafkaVersion}, KRaft`)
        : kafka("starting", pid);
  }
}

const shownLines = 200;

async function writeLogs(
  layout: Layout,
  service: string | undefined,
  following: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (service !== undefined && service !== "kafka") {
    throw new UsageError(
      `there is no service "${service}" in the native stack: expected kafka`,
    );
  }
  const { lines, position } = await readTail(layout.logFile, shownLines);
  if (lines.length === 0 && !following) {
    throw new Failure(
      `there is no log in ${layout.logFile}: the broker was never started`,
      "deno task setup --stack=native",
    );
  }
  for (const line of lines) result(line);
  if (following) await follow(layout.logFile, position, result, signal);
}
