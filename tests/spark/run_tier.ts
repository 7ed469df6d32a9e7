// The tier `spark`: starts PART-A and a broker on its network, runs the tests,
// and removes what it started, volumes included. What runs already is used as
// it is, and left.

import { projectDir } from "../../lib/project.ts";
import { listenForStop } from "../../lib/stop_signals.ts";
import { progress } from "../../tasks/cli/print.ts";
import { sparkTierMinutes } from "../../tasks/cli/tier_minutes.ts";
import { run } from "../../tasks/host/run_process.ts";
import { makeProject } from "../compose/test_project.ts";
import { isPartAUp, removeArchives, removeJobs, rig } from "./part_a_rig.ts";
import { runSparkTier, type TestStack } from "./spark_tier.ts";

/** @returns the one that SPARK_TEST_STACK names as `PREFIX:PORT`, or a new one. */
async function openStack(): Promise<TestStack> {
  const [name, port] = Deno.env.get("SPARK_TEST_STACK")?.split(":") ?? [];
  if (name !== undefined && port !== undefined) {
    return { name, port, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const project = await makeProject();
  try {
    await project.mustTask("setup");
  } catch (error) {
    await project[Symbol.asyncDispose]();
    throw error;
  }
  return {
    name: project.name,
    port: String(project.ports.kafka),
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}

async function runTests(
  args: readonly string[],
  { name, port }: TestStack,
  signal: AbortSignal,
): Promise<number> {
  const words = ["test", "-A", ...args, "tests/spark/"];
  const { code } = await run(Deno.execPath(), words, {
    cwd: projectDir,
    env: { SPARK_TEST_STACK: `${name}:${port}` },
    output: "inherit",
    detached: true,
    signal,
  });
  return code;
}

async function main(args: readonly string[]): Promise<number> {
  return await runSparkTier({
    isPartAUp,
    startPartA: () => rig("up"),
    async removePartA() {
      await removeJobs();
      await removeArchives();
      await rig("down");
    },
    openStack,
    runTests: (stack, signal) => runTests(args, stack, signal),
    say: progress,
  }, {
    stop: listenForStop(() => {}),
    deadline: AbortSignal.timeout(sparkTierMinutes * 60_000),
  });
}

if (import.meta.main) Deno.exit(await main(Deno.args));
