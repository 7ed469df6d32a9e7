/**
 * `deno task test`: all tests, tier by tier.
 *
 * @module
 */

import { type Command, runCommand } from "./cli/command.ts";
import { pathOf, projectDir } from "../lib/project.ts";
import { progress, result } from "./cli/print.ts";
import { run } from "./host/run_process.ts";
import { beginsErrors, type Counts, parseCounts } from "./test_report.ts";

/** Tests that need the same things. */
export interface Tier {
  /** Its name on the command line. */
  readonly name: string;
  /** Arguments of `deno test`. */
  readonly args: readonly string[];
  /** Variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is missing for it, or `undefined`. */
  readonly lacks: () => Promise<string | undefined>;
}

async function missing(...programs: string[]): Promise<string | undefined> {
  for (const program of programs) {
    try {
      await run(program, ["-version"]);
    } catch {
      return program;
    }
  }
  return undefined;
}

/** Tests pull nothing: what they would measure is a registry's mood. */
async function missingForCompose(): Promise<string | undefined> {
  try {
    const { code } = await run("docker", ["compose", "version"]);
    const { code: engine } = await run("docker", ["version"]);
    if (code !== 0) return "docker compose";
    if (engine !== 0) return "a Docker engine that answers";
    const listed = await run("docker", ["compose", "config", "--images"], {
      cwd: pathOf(projectDir),
    });
    for (const image of listed.stdout.split("\n").filter(Boolean)) {
      const found = await run("docker", ["image", "inspect", image]);
      if (found.code !== 0) return `the image ${image} (docker compose pull)`;
    }
    return undefined;
  } catch {
    return "docker";
  }
}

const maven = Deno.build.os === "windows" ? "mvn.cmd" : "mvn";

/**
 * The tests that hurt. Each run has one seed, said by each scenario; a
 * `CHAOS_SEED` in the environment is kept.
 *
 * @param form The long form takes minutes, the short one belongs to all tests.
 */
export function chaosTier(form: "short" | "long"): Tier {
  const seed = Deno.env.get("CHAOS_SEED") ||
    String(crypto.getRandomValues(new Uint32Array(1))[0]);
  return {
    name: "chaos",
    // Most of a scenario is waiting: six side by side suit two cores.
    args: ["-A", "--parallel", "tests/chaos/"],
    env: {
      CHAOS_SEED: seed,
      DENO_JOBS: "6",
      ...form === "long" ? { CHAOS_LONG: "1" } : {},
    },
    lacks: () => missing("java", maven),
  };
}

/** All tiers; made when asked for, since unit tests load this file too. */
const allTiers = (): readonly Tier[] => [
  { name: "unit", args: [], lacks: () => Promise.resolve(undefined) },
  {
    name: "kafka",
    // What is proven there needs processes, ports and files of all kinds.
    args: ["-A", "tests/kafka/"],
    lacks: () => missing("java", maven),
  },
  {
    name: "integration",
    // Permissions, but no broker.
    args: ["-A", "tests/integration/"],
    lacks: () => Promise.resolve(undefined),
  },
  chaosTier("short"),
  {
    name: "compose",
    args: ["-A", "tests/compose/"],
    lacks: missingForCompose,
  },
];

// Several times what the slowest one takes on a busy machine: whoever is cut
// off cannot clean up.
const tierMs = 45 * 60_000;

/** How a tier ended. */
export interface Outcome extends Counts {
  /** The exit code of `deno test`. */
  readonly code: number;
  /** The test runner's own list of what failed and why, coloured as it was. */
  readonly errors: readonly string[];
}

/** Runs a tier; its output is progress. */
export async function runTier(tier: Tier): Promise<Outcome> {
  let counts: Counts = { passed: 0, failed: 0 };
  const errors: string[] = [];
  let isListing = false;
  // A test that hangs shall not hang the run.
  const signal = AbortSignal.timeout(tierMs);
  const { code } = await run(Deno.execPath(), ["test", ...tier.args], {
    signal,
    ...tier.env === undefined ? {} : { env: tier.env },
    onLine(line) {
      progress(line);
      isListing ||= beginsErrors(line);
      const found = parseCounts(line);
      if (found !== undefined) [counts, isListing] = [found, false];
      if (isListing) errors.push(line);
    },
  });
  if (signal.aborted) {
    const line = `ended after ${tierMs / 60_000} minutes: a test hangs, most ` +
      "likely the last one named; run its file alone with deno test -A";
    progress(line);
    errors.push(line);
  }
  return { ...counts, code, errors };
}

const command: Command = {
  name: "test",
  help:
    `Runs all tests: the units (no permissions), those on a real Kafka, the short
form of those that hurt it and the producer (deno task test:chaos has the long
one), and those on real containers.

Usage: deno task test [unit|kafka|integration|chaos|compose]

A tier whose needs are missing is skipped and says so; with CI set in the
environment that is a failure, but for tiers that SKIP_TIERS names.`,
  flags: { words: 1 },
  async run(flags) {
    const only = flags.words[0];
    const tiers = allTiers();
    const chosen = tiers.filter(({ name }) =>
      only === undefined || only === name
    );
    let [passed, failed, skipped, code] = [0, 0, 0, 0];
    const errors: string[] = [];
    for (const tier of chosen) {
      const lack = await tier.lacks();
      if (lack !== undefined) {
        progress(`SKIPPED: the ${tier.name} tests need ${lack}`);
        skipped++;
        const mayBe = Deno.env.get("SKIP_TIERS")?.split(",") ?? [];
        if (Deno.env.get("CI") && !mayBe.includes(tier.name)) code = 1;
        continue;
      }
      progress(`--- ${tier.name} tests`);
      const counts = await runTier(tier);
      passed += counts.passed;
      failed += counts.failed;
      if (counts.code === 0) continue;
      code = 1;
      // Said again at the end, where other tiers' output came in between.
      if (tier !== chosen.at(-1)) {
        errors.push(`--- the ${tier.name} tests failed`, ...counts.errors);
      }
    }
    if (chosen.length === 0) {
      progress(
        `test: there is no tier "${only}": expected ` +
          tiers.map(({ name }) => name).join(" or "),
      );
      return 2;
    }
    for (const line of errors) progress(line);
    if (skipped > 0) progress(`${skipped} tier skipped`);
    result(`${passed} passed, ${failed} failed`);
    return code;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
