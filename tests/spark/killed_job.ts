// Starts a job that streams, and kills it at a moment that was chosen.

import { createDocker } from "../../tasks/docker/docker.ts";
import { delay } from "../../lib/clock.ts";
import { sparkStateDir } from "../../tasks/lake/spark/spark_place.ts";
import { until } from "../harness/until.ts";
import {
  type CommitState,
  type CommitWatch,
  type Place,
  placeOf,
} from "./commit_watch.ts";
import type { SparkLake } from "./spark_lake.ts";

/** When a job dies: at a place of a commit, or after a time, ms. */
export type Moment =
  | { readonly place: Exclude<Place, "elsewhere"> }
  | { readonly after: "start" | "first commit"; readonly ms: number };

/** What a kill met. */
export interface Kill {
  /** By what database and store held when the job was dead. */
  readonly place: Place;
  /** Seconds from the start to the stream's first commit, if it came to one. */
  readonly firstCommit: number | undefined;
  readonly seconds: number;
}

/** A stream that has records and commits none for so long hangs. */
const commitDeadlineMs = 600_000;

/** The job's container: its first process as this machine counts them. */
async function processOf(name: string, hasEnded: () => boolean) {
  const docker = createDocker();
  return await until(`the container ${name} runs`, async () => {
    if (hasEnded()) throw new Error(`${name} ended before it could be killed`);
    const { code, stdout } = await docker.run([
      ...["container", "inspect", name, "--format", "{{.State.Pid}}"],
    ]);
    const pid = code === 0 ? Number(stdout) : 0;
    return pid > 0 && pid;
  });
}

/** Spark's output, which has what its threads do as well. */
async function outputOf(name: string): Promise<string> {
  await createDocker().run(["kill", "--signal=QUIT", name]);
  await delay(3_000);
  const log = await Deno.readTextFile(`${sparkStateDir}/run.log`);
  return log.slice(-60_000);
}

/** Looks until what was sent before a stop has arrived. */
async function settled(watch: CommitWatch): Promise<CommitState> {
  let last = await watch.look();
  while (true) {
    await delay(400);
    const now = await watch.look();
    if (JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
  }
}

/**
 * Starts `run --engine=spark`, and kills its container at the moment.
 *
 * @throws when the stream does not commit, with what its threads do.
 */
export async function killAt(
  lake: SparkLake,
  watch: CommitWatch,
  moment: Moment,
): Promise<Kill> {
  const docker = createDocker();
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 100) / 10;
  const before = await watch.look();
  const lines: string[] = [];
  const job = lake.start(
    ["run", "--trigger=1", "--batch=100"],
    (line) => lines.push(line),
  );
  let isOver = false;
  job.ended.finally(() => isOver = true);
  let firstCommit: number | undefined;

  /** Looks until something is as it should be. */
  async function watched(
    what: string,
    holds: (now: CommitState) => Promise<boolean> | boolean,
  ): Promise<void> {
    try {
      await until(what, async () => {
        if (isOver) throw new Error(lines.join("\n"));
        const now = await watch.look();
        // Spark's start needs the processor more.
        if (now.planned === before.planned) await delay(200);
        if (now.batch >= 0 && now.pointer !== before.pointer) {
          firstCommit ??= seconds();
        }
        return await holds(now);
      }, commitDeadlineMs);
    } catch (error) {
      const output = isOver ? "" : await outputOf(lake.jobName);
      const said = `${what}: first commit at ${firstCommit} s`;
      throw new Error(`${said}\n${lines.join("\n")}\n${output}`, {
        cause: error,
      });
    }
  }

  /** Stopped, it can be looked at: a kill that came too late is no use. */
  async function isStoppedAt(wanted: Place, pid: number): Promise<boolean> {
    Deno.kill(pid, "SIGSTOP");
    if (placeOf(before, await settled(watch)) === wanted) return true;
    Deno.kill(pid, "SIGCONT");
    return false;
  }

  try {
    const pid = await processOf(lake.jobName, () => isOver);
    if ("place" in moment) {
      const { place } = moment;
      await watched(
        `a commit is at the place ${place}`,
        (now) => placeOf(before, now) === place && isStoppedAt(place, pid),
      );
    } else {
      if (moment.after === "first commit") {
        await watched("the stream commits", () => firstCommit !== undefined);
      }
      await delay(moment.ms);
    }
  } finally {
    // Java is the first process of the container, and takes all others along.
    const args = ["kill", "--signal=KILL", lake.jobName];
    const { code } = await docker.run(args);
    if (code !== 0) job.kill("SIGTERM");
    await job.ended;
  }
  const place = placeOf(before, await settled(watch));
  return { place, firstCommit, seconds: seconds() };
}
