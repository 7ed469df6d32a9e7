// Runs a job of Spark: its events, its log, its end, and what it died of.

import { CommandError } from "../../../lib/errors.ts";
import { delay } from "../../../lib/clock.ts";
import { textAt } from "../../../lib/json.ts";
import { attempt, type Result } from "../../../lib/result.ts";
import type { Progress } from "../../cli/print.ts";
import { failureOfJob } from "./job_failure.ts";
import {
  eventOf,
  kindOf,
  progressLine,
  type SparkEvent,
} from "./spark_events.ts";
import { type Steps, StepWatch } from "./job_steps.ts";
import type { Jobs, SparkJob, Submit } from "./submit.ts";

/** What a job is run with. */
export interface JobPorts {
  readonly progress: Progress;
  /** Gets each line of Spark's own, without secrets. */
  readonly log: (line: string) => void;
  /** Where those lines are, for the next step of a failure. */
  readonly logPath: string;
  /** Ends the job when aborted. */
  readonly stop: AbortSignal;
  /** Where a job of this name may run already; none for one that may. */
  readonly others: readonly Jobs[];
}

/** How a job ended. */
export interface JobEnd {
  /** All events but those of a stream's progress. */
  readonly events: readonly SparkEvent[];
  /** Seconds by step; none of a job that was stopped. */
  readonly steps: Steps;
  /** Whether it was asked to end, from here or from elsewhere. */
  readonly stopped: boolean;
}

/** Several stacks of Java's, each with its causes. */
const keptLines = 2_000;

/** Kinds that a stream repeats without an end. */
const passing = new Set(["bronze", "silver", "gold", "step"]);

/** Of a job that `stop` in another terminal, or Docker, has asked to end. */
const stopCodes: readonly number[] = [130, 143];

/** What Ivy says while packages come down. */
function downloadOf(line: string): string | undefined {
  const file = /^downloading \S*\/(?<file>[^/\s]+\.jar)/.exec(line)?.groups
    ?.file;
  return file === undefined ? undefined : `package ${file}`;
}

/** Replaces secrets; short ones would garble every line. */
export function masked(line: string, secrets: readonly string[]): string {
  return secrets.filter(({ length }) => length >= 4)
    .reduce((text, secret) => text.replaceAll(secret, "********"), line);
}

/**
 * Runs a job to its end.
 *
 * @throws {CommandError} for a job that runs already, refuses, or fails.
 */
export async function runSparkJob(
  submit: Submit,
  job: SparkJob,
  ports: JobPorts,
): Promise<JobEnd> {
  const { progress, log, stop } = ports;
  for (const jobs of ports.others) {
    const holder = await jobs.holder(job.name);
    if (holder === undefined) continue;
    throw new CommandError(
      `${job.subcommand} runs already: ${holder} is the one writer`,
      "wait for its end, or: deno task lake stop --engine=spark",
    );
  }
  const lines: string[] = [];
  const events: SparkEvent[] = [];
  const watch = new StepWatch(() => performance.now());
  const wasStopped = { events, steps: new Map(), stopped: true };
  let refused: SparkEvent | undefined;
  let isDone = false;
  const onLine = (text: string) => {
    // Not masked: rows of a query may hold the same word.
    const event = eventOf(text);
    if (event === undefined) {
      const line = masked(text, submit.secrets);
      log(line);
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      const download = downloadOf(line);
      if (download !== undefined) progress(download);
      return;
    }
    watch.take(event);
    const kind = kindOf(event);
    const said = progressLine(event);
    if (said !== undefined) progress(said);
    if (!passing.has(kind)) events.push(event);
    if (kind === "refused") refused = event;
    if (kind === "done") isDone = true;
  };
  let isRunning = true;
  let ending: Promise<Result<void>> | undefined;
  const end = () => {
    ending ??= attempt(async () => {
      // It may not be there yet: images and packages come first.
      while (await submit.stop(job.name) === undefined && isRunning) {
        await delay(200);
      }
    });
  };
  stop.addEventListener("abort", end);
  try {
    if (stop.aborted) return wasStopped;
    const code = await submit.run(job, onLine);
    isRunning = false;
    const ended = await ending;
    if (ended?.ok === false) {
      throw new CommandError(
        `${job.name} cannot be ended: ${ended.error}`,
        "deno task lake stop --engine=spark",
      );
    }
    if (stop.aborted) return wasStopped;
    if (refused !== undefined) {
      throw new CommandError(
        masked(textAt(refused, "problem"), submit.secrets),
        textAt(refused, "next"),
      );
    }
    if (stopCodes.includes(code)) return wasStopped;
    if (code === 0 && isDone) {
      return { events, steps: watch.end(), stopped: false };
    }
    throw failureOfJob(job, code, { lines, logPath: ports.logPath });
  } finally {
    isRunning = false;
    stop.removeEventListener("abort", end);
  }
}
