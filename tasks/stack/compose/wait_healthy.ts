// Waits until containers are healthy, and reports the one that is not and why.

import { CommandError } from "../../../lib/errors.ts";
import { type ContainerSeen, runsWell } from "../../docker/container.ts";
import { diagnose, type Diagnosis } from "../../diagnosis/diagnose.ts";
import type { Progress } from "../../cli/print.ts";

export interface WaitPorts {
  readonly inspect: () => Promise<readonly ContainerSeen[]>;
  readonly logsOf: (name: string) => Promise<string>;
  /** Whether a container whose next health check is far off is healthy. */
  readonly isLive: (container: ContainerSeen) => Promise<boolean>;
  readonly progress: Progress;
  /** A monotonic clock, in milliseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const pauseMs = 250;
const shownLines = 12;

const maxRestarts = 3;

/** After a crash ZooKeeper keeps the broker's registration for one session. */
const transientFailures = ["node-exists"];

/** Whether to go on waiting; a container that keeps restarting has failed. */
export function judge(
  container: ContainerSeen | undefined,
): "healthy" | "wait" | "failed" {
  if (container === undefined) return "wait";
  if (runsWell(container)) return "healthy";
  const { status, health, restarts } = container;
  const isGone = status === "exited" || status === "dead";
  // A container that the engine could not start stays "created".
  const isRefused = status === "created" && container.end.error !== "";
  const isLooping = restarts >= maxRestarts;
  // Docker also reports a container as unhealthy while it restarts.
  const isUnhealthy = status === "running" && health === "unhealthy";
  return isGone || isRefused || isLooping || isUnhealthy ? "failed" : "wait";
}

/** A frame of a Java stack trace: there are many, and none names the cause. */
const isFrame = /^\s+at \S+\(/;

function lastLines(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.trimEnd())
    .filter((line) => line !== "" && !isFrame.test(line)).slice(-shownLines);
}

async function explain(
  container: ContainerSeen,
  ports: WaitPorts,
): Promise<{ diagnosis: Diagnosis | undefined; lines: string[] }> {
  const log = await ports.logsOf(container.name);
  const diagnosis = diagnose(container.end) ?? diagnose(log);
  return { diagnosis, lines: lastLines(log) };
}

async function failureOf(
  container: ContainerSeen,
  why: string,
  ports: WaitPorts,
): Promise<CommandError> {
  const { name, service, end, complaint } = container;
  const { diagnosis, lines } = await explain(container, ports);
  for (const line of lines) ports.progress(`  ${name} | ${line}`);
  const words = complaint === "" ? "" : `its health check says: ${complaint}`;
  const cause = diagnosis?.cause ?? (end.error || words || undefined);
  if (words !== "" && cause !== words) ports.progress(`  ${words}`);
  return new CommandError(
    `${service} ${why}${cause === undefined ? "" : `: ${cause}`}`,
    diagnosis?.next ?? `see its log: deno task logs ${service}`,
  );
}

/**
 * Waits until all services are healthy; shows the last log lines of one that is
 * not.
 */
export async function waitForHealth(
  { services, deadlineMs }: {
    readonly services: readonly string[];
    readonly deadlineMs: number;
  },
  ports: WaitPorts,
): Promise<void> {
  const startMs = ports.now();
  const reported = new Map<string, string>();

  function report(service: string, state: string): void {
    if (reported.get(service) === state) return;
    reported.set(service, state);
    const seconds = ((ports.now() - startMs) / 1000).toFixed(1);
    ports.progress(`  ${service.padEnd(15)} ${state}, after ${seconds} s`);
  }

  while (true) {
    const containers = await ports.inspect();
    const find = (service: string) =>
      containers.find((container) => container.service === service);
    const waiting: string[] = [];
    for (const service of services) {
      const container = find(service);
      let verdict = judge(container);
      if (verdict === "wait" && container !== undefined) {
        if (await ports.isLive(container)) verdict = "healthy";
      }
      if (verdict === "healthy") report(service, "healthy");
      else waiting.push(service);
      if (verdict !== "failed" || container === undefined) continue;
      const { diagnosis } = await explain(container, ports);
      if (diagnosis !== undefined && transientFailures.includes(diagnosis.id)) {
        report(service, "restarting: ZooKeeper still has its registration");
        continue;
      }
      const runs = container.status === "running";
      const why = runs ? "is unhealthy" : "does not start";
      throw await failureOf(container, why, ports);
    }
    if (waiting.length === 0) return;
    if (ports.now() - startMs > deadlineMs) {
      const why = `is not healthy within ${deadlineMs / 1000} s`;
      const container = waiting.map(find).find((one) => one !== undefined);
      if (container !== undefined) throw await failureOf(container, why, ports);
      throw new CommandError(
        `${waiting[0]} ${why}`,
        "check it: docker compose ps -a",
      );
    }
    await ports.sleep(pauseMs);
  }
}
