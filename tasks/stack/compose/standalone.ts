/**
 * The network of a stack without PART-A. It carries our label, and never the
 * name of PART-A's: one made by somebody else would stop PART-A from starting.
 *
 * @module
 */

import { Failure } from "../../../producer/errors.ts";
import type { Docker } from "./docker.ts";

const label = "crypto-stream.network=standalone";

async function isOurs(docker: Docker, name: string): Promise<boolean> {
  const list = await docker.must([
    ...["network", "ls", "--format", "{{.Name}}", "--filter"],
    `label=${label}`,
  ]);
  return list.split("\n").includes(name);
}

/**
 * Makes the network, or takes the one that is there.
 *
 * @returns its name.
 * @throws {Failure} when somebody else's network has the name.
 */
export async function ensureStandalone(
  docker: Docker,
  name: string,
): Promise<string> {
  if (await isOurs(docker, name)) return name;
  const { code } = await docker.ask(["network", "inspect", name]);
  if (code === 0) {
    throw new Failure(
      `there is a network ${name} that is not ours`,
      `see whose it is (docker network inspect ${name}) and remove it`,
    );
  }
  await docker.must(["network", "create", "--label", label, name]);
  return name;
}

/** Removes the network if it is ours and nobody is on it. */
export async function removeStandalone(
  docker: Docker,
  name: string,
): Promise<boolean> {
  if (!await isOurs(docker, name)) return false;
  const { code } = await docker.ask(["network", "rm", name]);
  return code === 0;
}
