// `deno task test` and `deno task test:chaos`.

import { CommandError, UsageError } from "../lib/errors.ts";
import { exists, ifExists } from "../lib/files.ts";
import { pathOf, projectDir } from "../lib/project.ts";
import { attempt } from "../lib/result.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { progress, result } from "./cli/print.ts";
import { type Counts, failureReport, parseCounts } from "./cli/test_output.ts";
import {
  cleanUpMinutes,
  sparkTierMinutes,
  tierMinutes,
} from "./cli/tier_minutes.ts";
import { createDocker } from "./docker/docker.ts";
import { findChromium } from "./host/find_chromium.ts";
import { platformFacts } from "./host/platform.ts";
import { run } from "./host/run_process.ts";
import { sparkSettings } from "./lake/spark/spark_settings.ts";
import { lakeExtensions } from "./lake/lake_extensions.ts";

interface Tier {
  readonly name: string;
  readonly args: readonly string[];
  /** A program that runs the tests, where they need more than `deno test`. */
  readonly program?: string;
  /** Until it is ended; {@linkcode tierMinutes} unless named. */
  readonly minutes?: number;
  readonly env?: (isLong: boolean) => Readonly<Record<string, string>>;
  readonly problem?: () => Promise<string | undefined>;
}

async function javaProblem(): Promise<string | undefined> {
  const { java, maven } = platformFacts(Deno.build.os);
  for (const program of [java, maven]) {
    const found = await run(program, ["-version"]).catch(() => undefined);
    if (found === undefined) return `${program} not found in PATH`;
  }
  return undefined;
}

/** The tests pull no image: a slow registry would fail them. */
async function dockerProblem(): Promise<string | undefined> {
  const docker = createDocker({ cwd: projectDir });
  try {
    await docker.output(["version"]);
    const images = await docker.output(["compose", "config", "--images"]);
    for (const image of images.split("\n").filter(Boolean)) {
      const { code } = await docker.run(["image", "inspect", image]);
      if (code !== 0) return `image ${image} not found (docker compose pull)`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
}

/** PART-A as it runs, or as the rig starts it from its images. */
async function sparkProblem(): Promise<string | undefined> {
  const problem = await dockerProblem();
  if (problem !== undefined) return problem;
  const docker = createDocker();
  for (const image of [...partAImages, sparkSettings[0][1]]) {
    const { code } = await docker.run(["image", "inspect", image]);
    if (code !== 0) return `image ${image} of PART-A not found`;
  }
  const notebook = ["container", "inspect", "hive-spark-notebook"];
  const { code } = await docker.run(notebook);
  const rig = Deno.env.get("PART_A_LAKE") ??
    pathOf(new URL("../shared/rig/lake/part-a-lake.sh", projectDir));
  return code === 0 || exists(rig)
    ? undefined
    : "PART-A does not run (or set PART_A_LAKE to a script that starts it)";
}

/** The page is tested over a real lake and a real broker too. */
async function pageProblem(): Promise<string | undefined> {
  const found = findChromium(
    (name) => Deno.env.get(name),
    (path) => ifExists(() => Deno.statSync(path).isFile) ?? false,
  );
  if (found === undefined) {
    return "no Chromium in PATH (package chromium; or set CHROMIUM to its path)";
  }
  return await lakeProblem() ?? await javaProblem();
}

/** A lake, and Java for a broker or for Spark. Python is looked for by the tests. */
async function lakeAndJavaProblem(): Promise<string | undefined> {
  return await lakeProblem() ?? await javaProblem();
}

async function lakeProblem(): Promise<string | undefined> {
  const extensions = await attempt(lakeExtensions);
  return extensions.ok ? undefined : extensions.error;
}

function chaosEnv(isLong: boolean): Record<string, string> {
  const seed = Deno.env.get("CHAOS_SEED") ||
    String(crypto.getRandomValues(new Uint32Array(1))[0]);
  // Scenarios mostly wait: six at once suit two cores.
  const env = { CHAOS_SEED: seed, DENO_JOBS: "6" };
  return isLong ? { ...env, CHAOS_LONG: "1" } : env;
}

/** Files of tests that use a core each, and the memory of a broker or a lake. */
const twoAtOnce = { DENO_JOBS: "2" };

/** The images that PART-A's Compose files name. */
const partAImages = [
  "postgres:15",
  "minio/minio:latest",
  "apache/hive:4.0.0",
  "jupyter/pyspark-notebook:spark-3.4.1",
];

const tiers: readonly Tier[] = [
  { name: "unit", args: [] },
  // Permissions, but no broker.
  { name: "integration", args: ["-A", "tests/integration/"] },
  {
    name: "kafka",
    args: ["-A", "--parallel", "tests/kafka/"],
    env: () => twoAtOnce,
    problem: javaProblem,
  },
  // Kills too: DuckLake, but no broker.
  {
    name: "lake",
    args: ["-A", "--parallel", "tests/lake/"],
    env: (isLong) => ({ ...chaosEnv(isLong), ...twoAtOnce }),
    problem: lakeProblem,
  },
  {
    name: "models",
    args: ["-A", "tests/models/"],
    problem: lakeAndJavaProblem,
  },
  {
    name: "airflow",
    args: ["-A", "tests/airflow/"],
    problem: lakeAndJavaProblem,
  },
  { name: "page", args: ["-A", "tests/page/"], problem: pageProblem },
  {
    name: "chaos",
    args: ["-A", "--parallel", "tests/chaos/"],
    env: chaosEnv,
    problem: javaProblem,
  },
  { name: "compose", args: ["-A", "tests/compose/"], problem: dockerProblem },
  // Last: its images take longest to build.
  {
    name: "spark",
    args: [],
    program: "tests/spark/run_tier.ts",
    // Its program ends the tests itself, and cleans up.
    minutes: sparkTierMinutes + cleanUpMinutes,
    env: chaosEnv,
    problem: sparkProblem,
  },
];

const reportLines = 80;

interface Outcome extends Counts {
  readonly isGood: boolean;
  /** What the tier said of its failures, to be repeated at the end. */
  readonly report: readonly string[];
}

/** Runs a tier; its output is progress. */
async function runTier(
  { name, args, program, minutes = tierMinutes }: Tier,
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const lines: string[] = [];
  let counts: Counts = { passed: 0, failed: 0, ignored: 0 };
  progress(`--- ${name} tests`);
  if (env.CHAOS_SEED !== undefined) progress(`CHAOS_SEED=${env.CHAOS_SEED}`);
  const signal = AbortSignal.timeout(minutes * 60_000);
  const words = program === undefined
    ? ["test", ...args]
    : ["run", "-q", "-A", program, ...args];
  const { code } = await run(Deno.execPath(), words, {
    cwd: projectDir,
    signal,
    env,
    onLine(line) {
      progress(line);
      lines.push(line);
      counts = parseCounts(line) ?? counts;
    },
  });
  if (signal.aborted) {
    progress(
      `the ${name} tests timed out after ${minutes} minutes: a test hangs, ` +
        "most likely the last one above; run its file alone with deno test -A",
    );
  }
  const isGood = code === 0;
  return {
    ...counts,
    isGood,
    report: isGood ? [] : failureReport(lines, reportLines),
  };
}

const command: Command = {
  name: "test",
  help: `Runs all tests, or one tier of them.

Usage: deno task test [TIER] [FILTER] [--long] [--except=TIERS]
       deno task test:chaos [FILTER]

  TIER    unit         no permissions needed
          integration  with permissions, without a broker
          kafka        on a native broker (Java 17, Maven)
          lake         on a real lake, without a broker (DuckDB)
          models       the same rows on both engines (DuckDB, Spark by Docker or pip)
          airflow      the DAGs, run by Airflow (Python, Java 17, Maven)
          page         the lake's page in a real browser (Chromium, Java 17, Maven)
          chaos        kills and pauses producer and broker (Java 17, Maven)
          compose      on containers (Docker)
          spark        on Spark beside a real PART-A (Docker, PART-A's images)
  FILTER  only tests with this text in their name
  --long  the long form of tests that kill, as test:chaos runs it; minutes
  --except=TIERS  all but these, comma-separated

A tier that cannot run here is skipped, with the reason. If it was named, or if
CI is set and SKIP_TIERS (comma-separated) does not list it, that is a failure.
CHAOS_SEED replays the random choices of tests that kill.`,
  flags: { words: 2, boolean: ["long"], string: ["except"] },
  async run(flags) {
    const [only, filter] = flags.words;
    const except = flags.value("except")?.split(",") ?? [];
    for (const named of [only, ...except]) {
      if (named === undefined || tiers.some(({ name }) => name === named)) {
        continue;
      }
      const names = tiers.map(({ name }) => name).join(", ");
      throw new UsageError(`unknown tier "${named}": expected ${names}`);
    }
    const chosen = tiers.filter(({ name }) =>
      name === (only ?? name) && !except.includes(name)
    );
    if (chosen.length === 0) {
      throw new UsageError(`--except=${except.join()} leaves no tier`);
    }
    const maySkip = Deno.env.get("SKIP_TIERS")?.split(",") ?? [];
    const isStrict = only !== undefined || Deno.env.has("CI");
    const failures: string[] = [];
    const reports: string[] = [];
    let [passed, failed, ignored] = [0, 0, 0];
    for (const tier of chosen) {
      const problem = await tier.problem?.();
      if (problem !== undefined) {
        progress(`SKIPPED: ${tier.name} tests: ${problem}`);
        if (isStrict && !maySkip.includes(tier.name)) failures.push(tier.name);
        continue;
      }
      const args = filter ? [`--filter=${filter}`, ...tier.args] : tier.args;
      const env = tier.env?.(flags.has("long")) ?? {};
      const outcome = await runTier({ ...tier, args }, env);
      passed += outcome.passed;
      failed += outcome.failed;
      ignored += outcome.ignored;
      if (outcome.isGood) continue;
      failures.push(tier.name);
      reports.push(`--- failed: ${tier.name} tests`, ...outcome.report);
    }
    const hasRun = passed + failed + ignored > 0;
    if (filter !== undefined && !hasRun && failures.length === 0) {
      throw new UsageError(`no ${only} test has "${filter}" in its name`);
    }
    // Later tiers may have printed thousands of lines since.
    for (const line of reports) progress(line);
    if (failures.length > 0) progress(`Failed tiers: ${failures.join(", ")}`);
    const rest = ignored > 0 ? `, ${ignored} ignored` : "";
    result(`${passed} passed, ${failed} failed${rest}`);
    return failures.length > 0 ? 1 : 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
