/**
 * Names that nobody else may have: container names on the whole engine, and
 * aliases on the network. Two owners of an alias would get each other's
 * connections in turn, and nobody would be told.
 *
 * @module
 */

import { CommandError } from "../../../../lib/errors.ts";
import { describe, type Listed } from "../../../docker/list_containers.ts";
import type { Docker } from "../../../docker/docker.ts";

/** Names by which the stack's own connections find their way. */
const aliases = ["kafka", "crypto-kafka", "crypto-zookeeper"];

/** The stack's containers, without their prefix. */
const parts = ["zookeeper", "kafka", "kafka-ui", "producer"];

/** The names of the stack's containers. */
export function containerNames(prefix: string, isKraft: boolean): string[] {
  return parts.filter((part) => !isKraft || part !== "zookeeper")
    .map((part) => `${prefix}-${part}`);
}

/**
 * Makes sure that no container of another project has one of our names.
 *
 * @throws {CommandError} that names it.
 */
export function requireNames(
  names: readonly string[],
  project: string,
  containers: readonly Listed[],
): void {
  const other = containers.find((one) =>
    names.includes(one.name) && one.project !== project
  );
  if (other === undefined) return;
  throw new CommandError(
    `the name ${other.name} is taken: by ${describe(other)}`,
    `remove that container if it is an old one of yours (docker rm -f ` +
      `${other.name}; named volumes stay), or set STACK_NAME in .env`,
  );
}

/** A container on the network, with all the names it answers to there. */
export interface Neighbour {
  /** Its name. */
  readonly name: string;
  /** Its Compose project; empty for a container that Compose did not make. */
  readonly project: string;
  /** Its name and aliases. */
  readonly names: readonly string[];
}

interface Inspected {
  Name: string;
  Config: { Labels?: Record<string, string> | null };
  NetworkSettings: {
    Networks?:
      | Record<
        string,
        { Aliases?: string[] | null; DNSNames?: string[] | null } | null
      >
      | null;
  };
}

/** Reads `docker container inspect` of the containers on a network. */
export function parseNeighbours(json: string, network: string): Neighbour[] {
  const found = JSON.parse(json.trim() || "[]") as Inspected[];
  return found.map(({ Name, Config, NetworkSettings }) => {
    const name = Name.replace(/^\//, "");
    const place = NetworkSettings.Networks?.[network];
    // Engines since 25 add DNSNames; before, the name answers without a note.
    const names = [name, ...place?.Aliases ?? [], ...place?.DNSNames ?? []];
    return {
      name,
      project: Config.Labels?.["com.docker.compose.project"] ?? "",
      names: [...new Set(names)],
    };
  });
}

/**
 * Makes sure that no container of another project answers to a name of ours.
 *
 * @throws {CommandError} that names it.
 */
export function requireAliases(
  network: string,
  own: { readonly names: readonly string[]; readonly project: string },
  neighbours: readonly Neighbour[],
): void {
  const wanted = [...aliases, ...own.names];
  for (const { name, project, names } of neighbours) {
    const alias = names.find((one) => wanted.includes(one));
    if (alias === undefined || project === own.project) continue;
    const as = alias === name ? "" : ` as ${alias}`;
    throw new CommandError(
      `the container ${name} is on the network ${network}${as}: clients of ` +
        `${alias} would reach it in turn with ours`,
      `take it off: docker network disconnect ${network} ${name}, then: ` +
        "deno task setup",
    );
  }
}

/** The containers that run on a network. */
export async function inspectNeighbours(
  docker: Docker,
  network: string,
): Promise<Neighbour[]> {
  const ids = (await docker.output([
    ...["network", "inspect", network, "--format"],
    "{{range $id, $_ := .Containers}}{{$id}}\n{{end}}",
  ])).split("\n").filter((line) => line !== "");
  if (ids.length === 0) return [];
  // One that ended since is left out of what it prints.
  const { stdout } = await docker.run(["container", "inspect", ...ids]);
  return parseNeighbours(stdout, network);
}
