// The network of a stack without PART-A. It carries our label; a network of the
// same name without it is neither used nor removed.

import { CommandError } from "../../../../lib/errors.ts";
import { parseArray, textAt } from "../../../../lib/json.ts";
import type { Docker } from "../../../docker/docker.ts";

const [labelName, labelValue] = ["crypto-stream.network", "standalone"];

export interface NetworkSeen {
  readonly id: string;
  readonly isOurs: boolean;
}

/**
 * Finds the networks of a name in the output of `docker network inspect`, in
 * the order of their ids. The engine allows several: two setups at once may have
 * created them.
 */
export function parseNetworks(json: string, name: string): NetworkSeen[] {
  return parseArray(json)
    .filter((network) => textAt(network, "Name") === name)
    .map((network) => ({
      id: textAt(network, "Id"),
      isOurs: textAt(network, "Labels", labelName) === labelValue,
    }))
    .sort((a, b) => a.id < b.id ? -1 : 1);
}

async function find(docker: Docker, name: string): Promise<NetworkSeen[]> {
  // Inspecting by name fails for two of them; the filter matches substrings.
  const list = ["network", "ls", "--quiet", "--no-trunc", "--filter"];
  const ids = (await docker.output([...list, `name=${name}`])).split("\n")
    .filter(Boolean);
  if (ids.length === 0) return [];
  const { stdout } = await docker.run(["network", "inspect", ...ids]);
  return parseNetworks(stdout, name);
}

/** Removes all but the first: concurrent setups keep the same one. */
async function keepFirst(docker: Docker, found: readonly NetworkSeen[]) {
  for (const { id } of found.slice(1)) await docker.run(["network", "rm", id]);
}

export async function ensureStandalone(
  docker: Docker,
  name: string,
): Promise<"created" | "kept"> {
  const before = await find(docker, name);
  if (before.some(({ isOurs }) => !isOurs)) {
    throw new CommandError(
      `the network ${name} is not ours: it lacks the label ${labelName}`,
      `check it: docker network inspect ${name}; remove it if it is unused ` +
        `(docker network rm ${name}), then: deno task setup --standalone`,
    );
  }
  if (before.length > 0) {
    await keepFirst(docker, before);
    return "kept";
  }
  const label = `${labelName}=${labelValue}`;
  const created = await docker.run([
    "network",
    "create",
    "--label",
    label,
    name,
  ]);
  // Another setup may have created it in the meantime.
  const after = (await find(docker, name)).filter(({ isOurs }) => isOurs);
  await keepFirst(docker, after);
  if (created.code === 0) return "created";
  if (after.length > 0) return "kept";
  throw new CommandError(
    `cannot create the network ${name}: ${created.stderr.trim()}`,
    "check the existing networks: docker network ls",
  );
}

/** The containers on our network of that name; `undefined` if there is none. */
export async function usersOfStandalone(
  docker: Docker,
  name: string,
): Promise<string[] | undefined> {
  const own = (await find(docker, name)).filter(({ isOurs }) => isOurs);
  if (own.length === 0) return undefined;
  const filters = own.flatMap(({ id }) => ["--filter", `network=${id}`]);
  const users = await docker.output([
    ...["ps", "--all", ...filters, "--format", "{{.Names}}"],
  ]);
  return users.split(/\r?\n/).filter(Boolean);
}

/** Removes our network, unless a container, even a stopped one, is on it. */
export async function removeStandalone(
  docker: Docker,
  name: string,
): Promise<boolean> {
  let isGone = false;
  for (const { id, isOurs } of await find(docker, name)) {
    if (!isOurs) continue;
    const users = await docker.output([
      ...["ps", "--all", "--quiet", "--filter", `network=${id}`],
    ]);
    if (users.trim() !== "") continue;
    isGone = (await docker.run(["network", "rm", id])).code === 0 || isGone;
  }
  return isGone;
}
