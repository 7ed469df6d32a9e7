// The native stack: one real Kafka broker as a plain Java process, for a
// machine without Docker.

import { realPorts } from "../../../lib/merge_settings.ts";
import { dirname, resolve } from "node:path";
import { CommandError } from "../../../lib/errors.ts";
import { waitForLock } from "../../../lib/file_lock.ts";
import { exists, removeIfExists } from "../../../lib/files.ts";
import { defaultKafkaPort } from "../stack_defaults.ts";
import {
  type BrokerPorts,
  endBroker,
  resume,
  stateOf,
  waitUntilServing,
} from "./broker.ts";
import { choosePort, requireFree } from "./choose_ports.ts";
import { reapChild } from "../../host/detached_process.ts";
import { ensureJars, jarsKey, kafkaVersion } from "./jars.ts";
import { findJava } from "./java.ts";
import { keepArchive, launch } from "./launch.ts";
import { checkFolders, layoutOf, makeFolder } from "./layout.ts";
import {
  defaultCacheDir,
  type Env,
  type Platform,
  platformFacts,
} from "../../host/platform.ts";
import { findBroker } from "./find_broker.ts";
import { statusOf, writeLogs } from "./native_status.ts";
import {
  type BrokerProcess,
  type BrokerRecord,
  readRecord,
  writeRecord,
} from "./native_state.ts";
import { type Run, run as realRun } from "../../host/run_process.ts";
import type { Stack } from "../stack.ts";
import type { Progress } from "../../cli/print.ts";

export interface NativeOptions {
  /** The folder of data, logs and state; by default `./.state/native`. */
  readonly stateDir?: string;
  readonly cacheDir?: string;
  readonly port?: number;
  readonly run?: Run;
  readonly env?: Env;
  readonly platform?: Platform;
  /** Ends `up()` early; `stop()` or `destroy()` end what it started. */
  readonly signal?: AbortSignal;
  readonly onStart?: (pid: number) => void;
  readonly startDeadlineMs?: number;
  readonly stopDeadlineMs?: number;
}

/** Killing depends on the kernel alone, and usually takes a moment. */
const killDeadlineMs = 30_000;

export function createNativeStack(options: NativeOptions = {}): Stack {
  const {
    port = defaultKafkaPort,
    run = realRun,
    env = realPorts.env,
    platform = Deno.build.os,
    signal,
    onStart,
    startDeadlineMs: deadlineMs = 60_000,
    stopDeadlineMs = 30_000,
  } = options;
  const layout = layoutOf(options.stateDir ?? "./.state/native");
  const ports: BrokerPorts = { run, platform, env, signal };
  const lock = async (progress: Progress, until?: AbortSignal) => {
    await makeFolder(dirname(layout.lockFile));
    return await waitForLock(layout.lockFile, {
      onWait: () =>
        progress("Waiting for another command that changes the broker"),
      signal: until,
    });
  };

  async function endProcess(
    process: BrokerProcess,
    signal: "SIGTERM" | "SIGKILL",
  ): Promise<boolean> {
    const timeoutMs = signal === "SIGKILL" ? killDeadlineMs : stopDeadlineMs;
    const isGone = await endBroker(process, { signal, timeoutMs }, ports);
    if (isGone) await reapChild(process.pid);
    return isGone;
  }

  async function end(
    record: BrokerRecord,
    progress: Progress,
  ): Promise<boolean> {
    const { process, archive, starting: _, ...rest } = record;
    const state = await stateOf(process, ports);
    if (process !== undefined && state === "gone") await reapChild(process.pid);
    if (process !== undefined && state !== "gone") {
      progress(`Stopping Kafka (pid ${process.pid})`);
      if (!await endProcess(process, "SIGTERM")) {
        throw new CommandError(
          `the broker (pid ${process.pid}) did not exit within ` +
            `${stopDeadlineMs / 1000} s of SIGTERM`,
          `kill it: kill -KILL ${process.pid} (acknowledged records are kept)`,
        );
      }
      await keepArchive(layout, archive);
    }
    writeRecord(layout.recordFile, rest);
    return state !== "gone";
  }

  /** Takes over a running broker; `false` when a new one has to start. */
  async function adopt(
    record: BrokerRecord | undefined,
    progress: Progress,
    beforeChange: () => void,
  ): Promise<boolean> {
    const process = record?.process;
    if (record === undefined || process === undefined) return false;
    const state = await stateOf(process, ports);
    if (state === "gone") {
      progress(`Kafka (pid ${process.pid}) exited without being stopped`);
      return false;
    }
    if (state === "paused") {
      progress(`Kafka (pid ${process.pid}) was paused: resuming it`);
      resume(process);
    }
    if (record.port === port && record.jars === await jarsKey()) {
      const starting = { process, port, logFile: layout.logFile };
      beforeChange();
      // One that was found without being recorded.
      writeRecord(layout.recordFile, record);
      await waitUntilServing(starting, { deadlineMs, progress }, ports);
      return true;
    }
    if (record.port !== port) {
      await requireFree(port, ports);
      progress(`Moving Kafka from port ${record.port} to ${port}`);
    }
    beforeChange();
    await end(record, progress);
    return false;
  }

  return {
    kind: "native",
    bootstrap: `localhost:${port}`,
    async up(progress, beforeChange = () => {}) {
      const cacheDir = resolve(
        options.cacheDir ?? defaultCacheDir(platform, env),
      );
      checkFolders(layout.stateDir, cacheDir, platformFacts(platform));
      await makeFolder(layout.stateDir);
      using _lock = await lock(progress, signal);
      const record = await findBroker(layout, ports);
      if (await adopt(record, progress, beforeChange)) return;
      const java = await findJava(run, env, platform);
      await requireFree(port, ports);
      const jars = await ensureJars(cacheDir, { ...ports, progress });
      signal?.throwIfAborted();
      const controllerPort = await choosePort(record?.controllerPort, port);
      const plan = { layout, java, jars, port, controllerPort, onStart };
      beforeChange();
      progress(`Starting Kafka ${kafkaVersion} on port ${port}`);
      const starting = await launch(plan, ports);
      const { detached } = starting;
      try {
        await waitUntilServing(starting, { deadlineMs, progress }, ports);
      } finally {
        await detached?.release();
      }
    },
    status: () => statusOf(layout, port, ports),
    async stop(progress) {
      if (readRecord(layout.recordFile) === undefined) return false;
      using _lock = await lock(progress);
      const record = await findBroker(layout, ports);
      return record !== undefined && await end(record, progress);
    },
    async belongings() {
      if (!exists(layout.stateDir)) return { removed: [], kept: [] };
      const process = (await findBroker(layout, ports))?.process;
      const isRunning = await stateOf(process, ports) !== "gone";
      return {
        removed: [
          ...isRunning ? [`process    Kafka, pid ${process?.pid}`] : [],
          `folder     ${layout.stateDir}`,
        ],
        kept: [],
      };
    },
    async destroy(progress) {
      if (!exists(layout.stateDir)) return false;
      using _lock = await lock(progress);
      const record = await findBroker(layout, ports);
      if (record !== undefined) {
        await end(record, progress).catch(async (error) => {
          if (!(error instanceof CommandError) || !record.process) throw error;
          await endProcess(record.process, "SIGKILL");
        });
      }
      progress(`Removing ${layout.stateDir}`);
      return await removeIfExists(layout.stateDir);
    },
    logs: (...args) => writeLogs(layout, ...args),
  };
}
