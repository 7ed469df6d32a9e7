/**
 * Waits for the health of containers, and says which one keeps it and why.
 *
 * @module
 */

import { CommandError } from "../../../lib/errors.ts";
import type { ContainerSeen } from "../../docker/container.ts";
import { runsWell } from "../../docker/container.ts";
import { diagnose, type Diagnosis } from "../../diagnosis/diagnose.ts";
import type { Progress } from "../../cli/print.ts";

/** What is waited with. */
export interface WaitPorts {
  /** The project's containers as they are now. */
  readonly inspect: () => Promise<readonly ContainerSeen[]>;
  /** The last log lines of a container. */
  readonly logsOf: (name: string) => Promise<string>;
  /** Whether a container whose health check is yet to come is well. */
  readonly isLive: (container: ContainerSeen) => Promise<boolean>;
  /** Takes a line for each step. */
  readonly progress: Progress;
  /** The monotonic clock, in milliseconds. */
  readonly now: () => number;
  /** Waits so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** What is waited for. */
export interface Wanted {
  /** The services that have to be healthy. */
  readonly services: readonly string[];
  /** How long it may take, in milliseconds. */
  readonly deadlineMs: number;
}

const pauseMs = 250;
const shownLines = 12;

/** Starts that a service may need to come round; later ones hope in vain. */
const patience = 3;

/** After a crash ZooKeeper holds the broker's name for a session's time. */
const healsItself = ["node-exists"];

/** What a container's state means for the wait. */
export type Judgement = "well" | "wait" | "ended";

/** Judges a container; one that is started again and again has ended too. */
export function judge(container: ContainerSeen | undefined): Judgement {
  if (container === undefined) return "wait";
  if (runsWell(container)) return "well";
  const { status, health, restarts } = container;
  const isGone = status === "exited" || status === "dead";
  // A container that could not be started at all stays "created".
  const isRefused = status === "created" && container.end.error !== "";
  const isLooping = restarts >= patience;
  // Docker also says so of one that has just ended and is started again.
  const isUnhealthy = status === "running" && health === "unhealthy";
  return isGone || isRefused || isLooping || isUnhealthy ? "ended" : "wait";
}

/** A line of a Java stack trace: many of them, and none names the cause. */
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
  const { name, service, end } = container;
  const { diagnosis, lines } = await explain(container, ports);
  for (const line of lines) ports.progress(`  ${name} | ${line}`);
  const cause = diagnosis?.cause ?? (end.error || undefined);
  return new CommandError(
    `${service} ${why}${cause === undefined ? "" : `: ${cause}`}`,
    diagnosis?.next ?? `read its log: deno task logs ${service}`,
  );
}

/**
 * Waits until all services are healthy.
 *
 * @throws {CommandError} for one that ended, is not healthy by the deadline, or is
 * started again and again; its last log lines are shown first.
 */
export async function waitForHealth(
  { services, deadlineMs }: Wanted,
  ports: WaitPorts,
): Promise<void> {
  const begun = ports.now();
  const said = new Map<string, string>();
  const say = (service: string, word: string) => {
    if (said.get(service) === word) return;
    said.set(service, word);
    const seconds = ((ports.now() - begun) / 1000).toFixed(1);
    ports.progress(`  ${service.padEnd(15)} ${word}, after ${seconds} s`);
  };
  while (true) {
    const containers = await ports.inspect();
    const find = (service: string) =>
      containers.find((container) => container.service === service);
    const open: string[] = [];
    for (const service of services) {
      const container = find(service);
      let verdict = judge(container);
      if (verdict === "wait" && container !== undefined) {
        if (await ports.isLive(container)) verdict = "well";
      }
      if (verdict === "well") say(service, "healthy");
      else open.push(service);
      if (verdict !== "ended" || container === undefined) continue;
      const { diagnosis } = await explain(container, ports);
      if (diagnosis !== undefined && healsItself.includes(diagnosis.id)) {
        say(service, "starts again: ZooKeeper still holds its name");
        continue;
      }
      throw await failureOf(container, `does not start`, ports);
    }
    if (open.length === 0) return;
    if (ports.now() - begun > deadlineMs) {
      const why = `is not healthy within ${deadlineMs / 1000} s`;
      const container = open.map(find).find((one) => one !== undefined);
      if (container !== undefined) throw await failureOf(container, why, ports);
      throw new CommandError(
        `${open[0]} ${why}`,
        "look at it: docker compose ps -a",
      );
    }
    await ports.sleep(pauseMs);
  }
}
