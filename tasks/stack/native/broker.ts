// The broker's process: starting it, waiting for it, stopping it.

import { CommandError } from "../../../lib/errors.ts";
import type { Run } from "../../host/run_process.ts";
import type { Progress } from "../../cli/print.ts";
import type { Detached } from "../../host/detached_process.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import { readTail } from "./log_tail.ts";
import { delay } from "../../../lib/clock.ts";
import type { Env, Platform } from "../../host/platform.ts";
import { isServing } from "../../host/ports.ts";
import { processMark } from "../../host/process_identity.ts";
import type { BrokerProcess } from "./native_state.ts";

export interface BrokerPorts {
  readonly run: Run;
  readonly env: Env;
  readonly platform: Platform;
  readonly signal?: AbortSignal | undefined;
}

export interface Starting {
  /** The process, which the caller records at once. */
  readonly process: BrokerProcess;
  readonly port: number;
  readonly logFile: string;
  /** Its first output, if this process started it. */
  readonly detached?: Detached;
}

export async function stateOf(
  process: BrokerProcess | undefined,
  ports: BrokerPorts,
): Promise<"running" | "paused" | "gone"> {
  if (process === undefined) return "gone";
  const mark = await processMark(process.pid, ports.platform, ports.run);
  if (mark?.started !== process.started) return "gone";
  return mark.paused ? "paused" : "running";
}

/** The error of a broker that does not start; prints its last output. */
async function startFailure(
  starting: Starting,
  what: string,
  progress: Progress,
): Promise<CommandError> {
  const log = await readTail(starting.logFile, 200);
  const output = starting.detached?.output() ?? "";
  const text = [...log.lines, output].join("\n");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const line of lines.slice(-15)) progress(`  | ${line}`);
  const found = diagnose(text, "native");
  return new CommandError(
    found === undefined ? what : `${what}: ${found.cause}`,
    `${found?.next ?? "read the log, then try again"} ` +
      `(log: ${starting.logFile})`,
  );
}

/** The broker accepts connections only once it can serve them. */
export async function waitUntilServing(
  starting: Starting,
  { deadlineMs, progress }: {
    readonly deadlineMs: number;
    readonly progress: Progress;
  },
  ports: BrokerPorts,
): Promise<void> {
  const { process: { pid }, port, detached } = starting;
  const startMs = performance.now();
  let nextReportMs = startMs + 5_000;
  while (!await isServing(port)) {
    ports.signal?.throwIfAborted();
    const now = performance.now();
    const isGone = detached === undefined
      ? await stateOf(starting.process, ports) === "gone"
      : detached.exitCode() !== undefined;
    if (isGone) {
      const code = detached?.exitCode();
      const how = code === undefined ? "" : ` with exit code ${code}`;
      throw await startFailure(
        starting,
        `the broker (pid ${pid}) exited${how} while starting`,
        progress,
      );
    }
    if (now - startMs > deadlineMs) {
      throw await startFailure(
        starting,
        `the broker (pid ${pid}) does not serve on port ${port} after ` +
          `${deadlineMs / 1000} s; it is still running`,
        progress,
      );
    }
    if (now > nextReportMs) {
      nextReportMs += 5_000;
      const seconds = Math.round((now - startMs) / 1000);
      progress(`Waiting for Kafka on port ${port} (${seconds} s)`);
    }
    await delay(20);
  }
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    // It has just exited by itself.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

export function resume(process: BrokerProcess): void {
  send(process.pid, "SIGCONT");
}

/** Signals the broker; `false` when it is not gone before the deadline. */
export async function endBroker(
  process: BrokerProcess,
  { signal, timeoutMs }: {
    readonly signal: "SIGTERM" | "SIGKILL";
    readonly timeoutMs: number;
  },
  ports: BrokerPorts,
): Promise<boolean> {
  const start = performance.now();
  let state = await stateOf(process, ports);
  if (state !== "gone") send(process.pid, signal);
  // A paused process handles only SIGKILL and SIGCONT.
  if (state === "paused") resume(process);
  while (state !== "gone") {
    if (performance.now() - start > timeoutMs) return false;
    await delay(20);
    state = await stateOf(process, ports);
  }
  return true;
}
