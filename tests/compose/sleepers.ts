/**
 * PART-A for a test: containers of its two names that only sleep.
 *
 * @module
 */

import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../harness/until.ts";
import type { Place } from "./test_project.ts";

/** PART-A's containers; their names are fixed, whoever starts them. */
export const partA = ["hive-minio", "hive-metastore"] as const;

/** The names belong to the engine, so the lock is not one clone's. */
const lockFile = join(tmpdir(), "crypto-stream-test-part-a.lock");

/** What marks a PART-A that is a test's. */
export const partALabel = "crypto-stream.test=part-a";

/** The names, held for one test. */
export interface PartA extends AsyncDisposable {
  /** A network of this test, as PART-A's own compose file would make it. */
  network(name: string): Promise<void>;
  /** Starts sleepers of these names on a network. */
  start(network: string, ...names: string[]): Promise<void>;
  /** Removes the sleepers, not the networks. */
  stop(): Promise<void>;
}

async function names(
  place: Pick<Place, "must">,
  ...args: string[]
): Promise<string[]> {
  const list = await place.must("ps", "-a", "--format", "{{.Names}}", ...args);
  return list.split("\n").filter(Boolean);
}

/**
 * Takes PART-A's names. Another test that has them is waited for.
 *
 * @returns `undefined`, said in one line, when somebody else's PART-A is on
 * this machine: it is not touched.
 * @throws {Error} for that in CI, where nobody else's may be.
 */
export async function takePartA(
  place: Pick<Place, "must">,
): Promise<PartA | undefined> {
  const lock = await Deno.open(lockFile, { write: true, create: true });
  await lock.lock(true);
  const own = ["--filter", `label=${partALabel}`];
  const removeAll = async () => {
    const left = await names(place, ...own);
    if (left.length > 0) await place.must("rm", "-f", ...left);
  };
  // What a killed run has left.
  await removeAll();
  const others = (await names(place)).filter((name) =>
    partA.some((one) => one === name)
  );
  if (others.length > 0) {
    lock.close();
    const said = `${others.join(" and ")} of somebody else are here`;
    if (Deno.env.get("CI")) throw new Error(said);
    await Deno.stderr.write(
      new TextEncoder().encode(`SKIPPED: a PART-A of a test: ${said}\n`),
    );
    return undefined;
  }
  const networks = new Set<string>();
  return {
    async network(name) {
      networks.add(name);
      await place.must("network", "create", "--label", partALabel, name);
    },
    async start(network, ...wanted) {
      for (const name of wanted) {
        await place.must(
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
          // A test that failed may have left others on it.
          const users = await names(place, "--filter", `network=${name}`);
          if (users.length > 0) await place.must("rm", "-f", ...users);
          await until(`${name} is removed`, async () => {
            await place.must("network", "rm", name).catch(() => {});
            const named = ["-q", "--filter", `name=^${name}$`];
            return (await place.must("network", "ls", ...named)).trim() === "";
          });
        }
      } finally {
        lock.close();
      }
    },
  };
}
