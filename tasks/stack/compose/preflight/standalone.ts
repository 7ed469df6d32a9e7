/**
 * The network of a stack without PART-A. Our label says that it is ours: one
 * of somebody else's is neither used nor removed.
 *
 * @module
 */

import { CommandError } from "../../../../lib/errors.ts";
import type { Run } from "../../../host/run_process.ts";
import { answer, ask } from "../../../docker/docker.ts";

const [labelName, labelValue] = ["crypto-stream.network", "standalone"];

/** A network by its name, as far as it matters. */
export interface NetworkSeen {
  /** Its id, by which nothing else is found. */
  readonly id: string;
  /** Whether it carries our label. */
  readonly isOurs: boolean;
}

interface Inspected {
  Id: string;
  Name: string;
  Labels?: Record<string, string> | null;
}

/**
 * Finds the networks of a name in what `docker network inspect` prints, in the
 * order of their ids. Two at once may have made two: the engine allows it.
 */
export function parseNetworks(json: string, name: string): NetworkSeen[] {
  const all = JSON.parse(json.trim() || "[]") as Inspected[];
  return all.filter((one) => one.Name === name)
    .map(({ Id: id, Labels: labels }) => ({
      id,
      isOurs: labels?.[labelName] === labelValue,
    }))
    .sort((a, b) => a.id < b.id ? -1 : 1);
}

async function look(run: Run, name: string): Promise<NetworkSeen[]> {
  // By name it would fail for two of them; the filter takes parts of names.
  const list = ["network", "ls", "--quiet", "--no-trunc", "--filter"];
  const ids = (await answer(run, [...list, `name=${name}`])).split("\n")
    .filter(Boolean);
  if (ids.length === 0) return [];
  const { stdout } = await ask(run, ["network", "inspect", ...ids]);
  return parseNetworks(stdout, name);
}

/** Leaves one of several of ours: whoever does it chooses the same one. */
async function leaveOne(run: Run, found: readonly NetworkSeen[]) {
  for (const { id } of found.slice(1)) await ask(run, ["network", "rm", id]);
}

/** What became of the network. */
export type Standalone = "made" | "kept";

/**
 * Takes our network of that name, or makes it.
 *
 * @throws {CommandError} when somebody else's network has the name.
 */
export async function ensureStandalone(
  run: Run,
  name: string,
): Promise<Standalone> {
  const before = await look(run, name);
  if (before.some(({ isOurs }) => !isOurs)) {
    throw new CommandError(
      `the network ${name} is not ours: it lacks the label ${labelName}`,
      `see whose it is: docker network inspect ${name}; remove it if nobody ` +
        `needs it (docker network rm ${name}), then: deno task setup ` +
        "--standalone",
    );
  }
  if (before.length > 0) {
    await leaveOne(run, before);
    return "kept";
  }
  const label = `${labelName}=${labelValue}`;
  const made = await ask(run, ["network", "create", "--label", label, name]);
  // Another setup may have made it in between, or just now.
  const after = (await look(run, name)).filter(({ isOurs }) => isOurs);
  await leaveOne(run, after);
  if (made.code === 0) return "made";
  if (after.length > 0) return "kept";
  throw new CommandError(
    `cannot make the network ${name}: ${made.stderr.trim()}`,
    "see which networks there are: docker network ls",
  );
}

/**
 * Removes our network, for `destroy`.
 *
 * @returns whether it is gone now and was there before: one that is not ours,
 * or that a container, even a stopped one, still belongs to, stays.
 */
export async function removeStandalone(
  run: Run,
  name: string,
): Promise<boolean> {
  let isGone = false;
  for (const { id, isOurs } of await look(run, name)) {
    if (!isOurs) continue;
    const users = await answer(run, [
      ...["ps", "--all", "--quiet", "--filter", `network=${id}`],
    ]);
    if (users.trim() !== "") continue;
    isGone = (await ask(run, ["network", "rm", id])).code === 0 || isGone;
  }
  return isGone;
}
