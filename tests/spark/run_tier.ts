// The tier `spark`: starts PART-A and a broker on its network, runs the tests,
// and removes what it started, volumes included. What runs already is used as
// it is, and left.

import { projectDir } from "../../lib/project.ts";
import { listenForStop } from "../../lib/stop_signals.ts";
import { run } from "../../tasks/host/run_process.ts";
import { makeProject } from "../compose/test_project.ts";
import { isPartAUp, rig } from "./part_a_rig.ts";

/** The stack whose broker the tests use: its prefix and its port. */
interface TestStack extends AsyncDisposable {
  readonly name: string;
  readonly port: string;
}

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

async function main(args: readonly string[]): Promise<number> {
  const signal = listenForStop(() => {});
  const isOwn = !await isPartAUp();
  try {
    if (isOwn) await rig("up");
    await using stack = await openStack();
    const { code } = await run(
      Deno.execPath(),
      ["test", "-A", ...args, "tests/spark/"],
      {
        cwd: projectDir,
        env: { SPARK_TEST_STACK: `${stack.name}:${stack.port}` },
        output: "inherit",
        detached: true,
        signal,
      },
    );
    return code;
  } finally {
    if (isOwn) await rig("down");
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
