// PART-A for a test: containers of its two names that only sleep.

import { tmpdir } from "node:os";
import { join } from "node:path";
import { partANames } from "../../tasks/docker/container.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import { until } from "../harness/until.ts";
import type { TestProject } from "./test_project.ts";

/** Container names are the engine's, so the lock is shared by all clones. */
const lockFile = join(tmpdir(), "crypto-stream-test-part-a.lock");

/** Marks a PART-A that belongs to a test. */
export const partALabel = "crypto-stream.test=part-a";

/** The names, held for one test. */
export interface PartA extends AsyncDisposable {
  /** Creates a network of this test, as PART-A's own compose file would. */
  network(name: string): Promise<void>;
  /** Starts sleepers of these names on a network. */
  start(network: string, ...names: string[]): Promise<void>;
  /** Removes the sleepers, not the networks. */
  stop(): Promise<void>;
}

async function list(format: string, ...args: string[]): Promise<string[]> {
  const docker = createDocker();
  const text = await docker.output(["ps", "-a", "--format", format, ...args]);
  return text.split("\n").filter(Boolean);
}

/** The containers of a real PART-A on this machine, which no test touches. */
async function realPartA(): Promise<string[]> {
  const all = await list("{{.Names}} {{.Labels}}");
  return partANames.filter((name) =>
    all.some((line) =>
      line.startsWith(`${name} `) && !line.includes(partALabel)
    )
  );
}

const real = await realPartA();
if (real.length > 0 && Deno.env.get("CI")) {
  throw new Error(`a real PART-A is on this machine: ${real.join(", ")}`);
}

/** A test that takes PART-A's names; ignored where a real PART-A has them. */
export function testWithPartA(
  name: string,
  fn: (t: Deno.TestContext) => Promise<void>,
): void {
  const ignore = real.length > 0;
  const reason = ignore ? ` (a real PART-A runs: ${real.join(", ")})` : "";
  Deno.test({ name: name + reason, ignore, fn });
}

/** Takes PART-A's names, after other tests that hold them. */
export async function takePartA(
  project: Pick<TestProject, "must">,
): Promise<PartA> {
  const lock = await Deno.open(lockFile, { write: true, create: true });
  await lock.lock(true);

  async function removeAll(): Promise<void> {
    const left = await list("{{.ID}}", "--filter", `label=${partALabel}`);
    if (left.length > 0) await project.must("rm", "-f", ...left);
  }

  // The leftovers of a killed run.
  await removeAll();
  const networks = new Set<string>();
  return {
    async network(name) {
      networks.add(name);
      await project.must("network", "create", "--label", partALabel, name);
    },
    async start(network, ...names) {
      for (const name of names) {
        await project.must(
          ...["run", "-d", "--name", name, "--label", partALabel],
          ...["--network", network, "--stop-timeout", "0"],
          ...["denoland/deno:2.9.6", "sleep", "infinity"],
        );
      }
    },
    stop: removeAll,
    async [Symbol.asyncDispose]() {
      try {
        await removeAll();
        for (const name of networks) {
          // A failed test may have left containers on it.
          const users = await list("{{.ID}}", "--filter", `network=${name}`);
          if (users.length > 0) await project.must("rm", "-f", ...users);
          await until(`${name} is removed`, async () => {
            await project.must("network", "rm", name).catch(() => {});
            const named = ["-q", "--filter", `name=^${name}$`];
            const left = await project.must("network", "ls", ...named);
            return left.trim() === "";
          });
        }
      } finally {
        lock.close();
      }
    },
  };
}
