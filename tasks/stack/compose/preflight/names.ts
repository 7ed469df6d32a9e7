// Checks that no other project uses our names: container names on the engine,
// aliases on the network. Two owners of an alias would silently share its
// connections.

import { CommandError } from "../../../../lib/errors.ts";
import { parseArray, textAt, textsAt } from "../../../../lib/json.ts";
import { describe, type Listed } from "../../../docker/list_containers.ts";
import type { Docker } from "../../../docker/docker.ts";

/** The names that the stack's own connections use. */
const aliases = ["kafka", "crypto-kafka", "crypto-zookeeper"];

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
    `the name ${other.name} is taken by ${describe(other)}`,
    `remove that container if it is an old one of yours (docker rm -f ` +
      `${other.name}; named volumes are kept), or set STACK_NAME in .env`,
  );
}

export interface Neighbour {
  readonly name: string;
  readonly project: string;
  readonly names: readonly string[];
}

export function parseNeighbours(json: string, network: string): Neighbour[] {
  return parseArray(json).map((container) => {
    const name = textAt(container, "Name").replace(/^\//, "");
    const path = ["NetworkSettings", "Networks", network];
    // Engines before 25 list no DNSNames, although the name resolves too.
    const names = [
      name,
      ...textsAt(container, ...path, "Aliases"),
      ...textsAt(container, ...path, "DNSNames"),
    ];
    return {
      name,
      project: textAt(
        container,
        ...["Config", "Labels", "com.docker.compose.project"],
      ),
      names: [...new Set(names)],
    };
  });
}

/** Checks that none of our names resolves to a container of another project. */
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
        `${alias} would reach either it or ours`,
      `disconnect it: docker network disconnect ${network} ${name}, then: ` +
        "deno task setup",
    );
  }
}

export async function inspectNeighbours(
  docker: Docker,
  network: string,
): Promise<Neighbour[]> {
  const ids = (await docker.output([
    ...["network", "inspect", network, "--format"],
    "{{range $id, $_ := .Containers}}{{$id}}\n{{end}}",
  ])).split("\n").filter((line) => line !== "");
  if (ids.length === 0) return [];
  // A container that has just exited is left out of the output.
  const { stdout } = await docker.run(["container", "inspect", ...ids]);
  return parseNeighbours(stdout, network);
}
