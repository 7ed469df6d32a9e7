/**
 * The network of a stack without PART-A. Our label says that it is ours: one
 * of somebody else's is neither used nor removed.
 *
 * @module
 */

import { CommandError } from "../../../../lib/errors.ts";
import type { Docker } from "../../../docker/docker.ts";

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

async function look(docker: Docker, name: string): Promise<NetworkSeen[]> {
  // By name it would fail for two of them; the filter takes parts of names.
  const list = ["network", "ls", "--quiet", "--no-trunc", "--filter"];
  const ids = (await docker.output([...list, `name=${name}`])).split("\n")
    .filter(Boolean);
  if (ids.length === 0) return [];
  const { stdout } = await docker.run(["network", "inspect", ...ids]);
  return parseNetworks(stdout, name);
}

/** Leaves one of several of ours: whoever does it chooses the same one. */
async function leaveOne(docker: Docker, found: readonly NetworkSeen[]) {
  for (const { id } of found.slice(1)) await docker.run(["network", "rm", id]);
}

/** What became of the network. */
export type Standalone = "made" | "kept";

/**
 * Takes our network of that name, or makes it.
 *
 * @throws {CommandError} when somebody else's network has the name.
 */
export async function ensureStandalone(
  docker: Docker,
  name: string,
): Promise<Standalone> {
  const before = await look(docker, name);
  if (before.some(({ isOurs }) => !isOurs)) {
    throw new CommandError(
      `the network ${name} is not ours: it lacks the label ${labelName}`,
      `see whose it is: docker network inspect ${name}; remove it if nobody ` +
        `needs it (docker network rm ${name}), then: deno task setup ` +
        "--standalone",
    );
  }
  if (before.length > 0) {
    await leaveOne(docker, before);
    return "kept";
  }
  const label = `${labelName}=${labelValue}`;
  const made = await docker.run(["network", "create", "--label", label, name]);
  // Another setup may have made it in between, or just now.
  const after = (await look(docker, name)).filter(({ isOurs }) => isOurs);
  await leaveOne(docker, after);
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
  docker: Docker,
  name: string,
): Promise<boolean> {
  let isGone = false;
  for (const { id, isOurs } of await look(docker, name)) {
    if (!isOurs) continue;
    const users = await docker.output([
      ...["ps", "--all", "--quiet", "--filter", `network=${id}`],
    ]);
    if (users.trim() !== "") continue;
    isGone = (await docker.run(["network", "rm", id])).code === 0 || isGone;
  }
  return isGone;
}
