// `deno task bench`: measures the producer's process on a real broker and the
// simulator, each figure next to a baseline of the same run.

import { UsageError } from "../lib/errors.ts";
import { type Command, runCommand } from "../tasks/cli/command.ts";
import { progress, result } from "../tasks/cli/print.ts";
import { commitTimes } from "./commit.ts";
import { drainRates } from "./drain.ts";
import { lakeCommits, lakeFigures } from "./lake.ts";
import { lakeBacklog } from "./lake_backlog.ts";
import { lakeYear } from "./lake_year.ts";
import { latencies } from "./latency.ts";
import { machineLines } from "./machine.ts";
import { memoryOfDrain } from "./memory.ts";
import { createRig, type Rig } from "./rig.ts";
import { startTimes } from "./start.ts";
import { steadyFigures } from "./steady.ts";

const measurements: Readonly<
  Record<string, (rig: Rig) => Promise<string[]> | string[]>
> = {
  start: startTimes,
  latency: latencies,
  commit: commitTimes,
  drain: drainRates,
  memory: memoryOfDrain,
  steady: steadyFigures,
  lake: lakeFigures,
  backlog: lakeBacklog,
  commits: lakeCommits,
  year: lakeYear,
};
/** They take minutes: only when they are asked for. */
const long = new Set(["commits", "year"]);
const names = Object.keys(measurements);

const command: Command = {
  name: "bench",
  help: `Measures the producer on a real broker. Linux; a quarter of an hour.

Usage: deno task bench [${names.join("|")}]

Only "commits" and "year", ten minutes and five of the lake, have to be named.
bench/README.md explains each figure and what limits it.`,
  flags: { words: 1 },
  async run(flags) {
    const [only] = flags.words;
    if (only !== undefined && measurements[only] === undefined) {
      throw new UsageError(
        `unknown measurement "${only}": expected ${names.join(", ")}`,
      );
    }
    for (const line of await machineLines()) result(line);
    await using rig = await createRig();
    Deno.addSignalListener("SIGINT", () => {
      void rig[Symbol.asyncDispose]().finally(() => Deno.exit(130));
    });
    for (const [name, measure] of Object.entries(measurements)) {
      if (only === undefined ? long.has(name) : name !== only) continue;
      progress(`--- ${name}`);
      for (const line of await measure(rig)) result(line);
    }
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
