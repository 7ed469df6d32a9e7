/**
 * The broker as a process: started, waited for, stopped.
 *
 * @module
 */

import { CommandError } from "../../../lib/errors.ts";
import type { Run } from "../../host/run_process.ts";
import type { Progress } from "../../cli/print.ts";
import { type Detached, startDetached } from "../../host/detached_process.ts";
import { diagnose } from "../../diagnosis/diagnose.ts";
import { readTail } from "./log_tail.ts";
import { delay } from "../../../lib/clock.ts";
import type { Platform } from "../../host/platform.ts";
import { isServing } from "../../host/ports.ts";
import { processMark } from "../../host/process_identity.ts";
import type { BrokerProcess } from "./native_state.ts";

/** What the broker's process is watched with. */
export interface BrokerPorts {
  /** Starts programs. */
  readonly run: Run;
  /** The operating system. */
  readonly platform: Platform;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** A broker that is on its way up. */
export interface Starting {
  /** The process, to be remembered at once. */
  readonly process: BrokerProcess;
  /** The port on which it will serve. */
  readonly port: number;
  /** Its log file. */
  readonly logFile: string;
  /** Its first words, if this process started it. */
  readonly detached?: Detached;
}

/** How the process of a record is now. */
export async function stateOf(
  process: BrokerProcess | undefined,
  ports: BrokerPorts,
): Promise<"running" | "paused" | "gone"> {
  if (process === undefined) return "gone";
  const mark = await processMark(process.pid, ports.platform, ports.run);
  if (mark?.started !== process.started) return "gone";
  return mark.paused ? "paused" : "running";
}

/** Starts Java in the background. */
export async function startBroker(
  program: string,
  args: readonly string[],
  plan: {
    readonly port: number;
    readonly logFile: string;
    readonly path: string;
    readonly onStart?: ((pid: number) => void) | undefined;
  },
  ports: BrokerPorts,
): Promise<Starting> {
  const { port, logFile, path } = plan;
  const detached = startDetached(program, args, { PATH: path });
  plan.onStart?.(detached.pid);
  const { pid } = detached;
  const mark = await processMark(pid, ports.platform, ports.run);
  const process = { pid, started: mark?.started ?? "" };
  return { port, logFile, process, detached };
}

async function explain(
  starting: Starting,
  what: string,
  progress: Progress,
): Promise<CommandError> {
  const log = await readTail(starting.logFile, 200);
  const said = starting.detached?.output() ?? "";
  const text = [...log.lines, said].join("\n");
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const line of lines.slice(-15)) progress(`  | ${line}`);
  const found = diagnose(text, "native");
  return new CommandError(
    found === undefined ? what : `${what}: ${found.cause}`,
    `${found?.next ?? "look at the log, then try again"} ` +
      `(log: ${starting.logFile})`,
  );
}

/**
 * Waits until the broker accepts connections; it does so only when it can
 * serve them.
 *
 * @param deadlineMs From now on, in milliseconds.
 * @throws {CommandError} when it ends or does not serve in time. Its last words go
 * to `progress`.
 */
export async function waitUntilServing(
  starting: Starting,
  deadlineMs: number,
  progress: Progress,
  ports: BrokerPorts,
): Promise<void> {
  const { process: { pid }, port, detached } = starting;
  const start = performance.now();
  let nextWord = start + 5_000;
  while (!await isServing(port)) {
    ports.signal?.throwIfAborted();
    const now = performance.now();
    const gone = detached === undefined
      ? await stateOf(starting.process, ports) === "gone"
      : detached.ended() !== undefined;
    if (gone) {
      const code = detached?.ended();
      const how = code === undefined ? "" : ` with exit code ${code}`;
      throw await explain(
        starting,
        `the broker (pid ${pid}) ended${how} while starting`,
        progress,
      );
    }
    if (now - start > deadlineMs) {
      throw await explain(
        starting,
        `the broker (pid ${pid}) does not serve on port ${port} after ` +
          `${deadlineMs / 1000} s; it was left running`,
        progress,
      );
    }
    if (now > nextWord) {
      nextWord += 5_000;
      const seconds = Math.round((now - start) / 1000);
      progress(`Waiting for Kafka on port ${port} (${seconds} s)`);
    }
    await delay(20);
  }
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    // It ended by itself a moment ago.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Lets a broker that was paused by SIGSTOP go on. */
export function resume(process: BrokerProcess): void {
  send(process.pid, "SIGCONT");
}

/**
 * Asks the broker to end and waits until it is gone.
 *
 * @param signal `SIGTERM` lets it close its files, `SIGKILL` does not.
 * @returns whether it is gone before the deadline.
 */
export async function endBroker(
  process: BrokerProcess,
  signal: "SIGTERM" | "SIGKILL",
  deadlineMs: number,
  ports: BrokerPorts,
): Promise<boolean> {
  const start = performance.now();
  let state = await stateOf(process, ports);
  if (state !== "gone") send(process.pid, signal);
  // A paused process takes no signal but SIGKILL and this one.
  if (state === "paused") resume(process);
  while (state !== "gone") {
    if (performance.now() - start > deadlineMs) return false;
    await delay(20);
    state = await stateOf(process, ports);
  }
  return true;
}
