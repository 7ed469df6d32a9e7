/**
 * The network of a stack without PART-A. Our label says that it is ours: one
 * of somebody else's is neither used nor removed.
 *
 * @module
 */

import { Failure } from "../../../../producer/errors.ts";
import type { Run } from "../../process.ts";
import { answer, ask } from "./docker.ts";

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

/** Finds a network in what `docker network inspect` prints. */
export function parseNetwork(
  json: string,
  name: string,
): NetworkSeen | undefined {
  const all = JSON.parse(json.trim() || "[]") as Inspected[];
  // It also takes the beginning of an id.
  const found = all.find((one) => one.Name === name);
  if (found === undefined) return undefined;
  return {
    id: found.Id,
    isOurs: found.Labels?.[labelName] === labelValue,
  };
}

async function look(run: Run, name: string): Promise<NetworkSeen | undefined> {
  return parseNetwork(
    (await ask(run, ["network", "inspect", name])).stdout,
    name,
  );
}

/** What became of the network. */
export type Standalone = "made" | "kept";

/**
 * Takes our network of that name, or makes it.
 *
 * @throws {Failure} when somebody else's network has the name.
 */
export async function ensureStandalone(
  run: Run,
  name: string,
): Promise<Standalone> {
  const before = await look(run, name);
  if (before?.isOurs) return "kept";
  if (before !== undefined) {
    throw new Failure(
      `the network ${name} is not ours: it lacks the label ${labelName}`,
      `see whose it is: docker network inspect ${name}; remove it if nobody ` +
        `needs it (docker network rm ${name}), then: deno task setup ` +
        "--standalone",
    );
  }
  const label = `${labelName}=${labelValue}`;
  const made = await ask(run, ["network", "create", "--label", label, name]);
  if (made.code === 0) return "made";
  // Another setup may have made it in between.
  if ((await look(run, name))?.isOurs) return "kept";
  throw new Failure(
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
  const found = await look(run, name);
  if (found === undefined || !found.isOurs) return false;
  const users = await answer(run, [
    ...["ps", "--all", "--quiet", "--filter", `network=${found.id}`],
  ]);
  if (users.trim() !== "") return false;
  return (await ask(run, ["network", "rm", found.id])).code === 0;
}
