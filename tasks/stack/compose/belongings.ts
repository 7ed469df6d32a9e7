// What on the engine belongs to the stack: it carries the labels of this
// Compose project or of this program. A name alone proves nothing.

import type { Docker } from "../../docker/docker.ts";
import { pathOf, projectDir } from "../../../lib/project.ts";
import type { ComposeSettings } from "../compose_settings.ts";
import { serviceFacts } from "../services.ts";
import { usersOfStandalone } from "./preflight/standalone.ts";

export interface ComposeBelongings {
  readonly containers: readonly {
    readonly id: string;
    readonly name: string;
    /** The folder that Compose started it from. */
    readonly folder: string;
  }[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  /** What might be taken for the stack's but stays, and why. */
  readonly kept: readonly string[];
}

/** Marks containers of a project that Compose did not start. */
export const ownLabel = "crypto-stream.project";

/** The volumes of both modes and all profiles. */
const volumeNames = serviceFacts.flatMap(({ volumes }) => volumes);

type Stack = Pick<ComposeSettings, "project" | "standaloneNetwork" | "network">;

export async function findBelongings(
  docker: Docker,
  { project, standaloneNetwork, network }: Stack,
): Promise<ComposeBelongings> {
  const label = ["--filter", `label=com.docker.compose.project=${project}`];
  async function list(...args: string[]): Promise<string[]> {
    return (await docker.output(args)).split(/\r?\n/).filter(Boolean);
  }
  const fields = [
    "{{.ID}}",
    "{{.Names}}",
    '{{.Label "com.docker.compose.project.working_dir"}}',
  ].join("\t");
  const own = ["--filter", `label=${ownLabel}=${project}`];
  const rows = [
    ...await list("ps", "-a", ...label, "--format", fields),
    ...await list("ps", "-a", ...own, "--format", fields),
  ];
  const volumes = await list("volume", "ls", "-q", ...label);
  const all = await list("volume", "ls", "-q");
  const ofProject = await list(
    ...["network", "ls", ...label, "--format", "{{.Name}}"],
  );
  const containers = rows.map((row) => {
    const [id = "", name = "", folder = ""] = row.split("\t");
    return { id, name, folder };
  });
  const networks = new Set(ofProject);
  const kept: string[] = [];
  for (const name of new Set([standaloneNetwork, network ?? ""])) {
    const users = name === ""
      ? undefined
      : await usersOfStandalone(docker, name);
    if (users === undefined) continue;
    const other = users.find((user) =>
      !containers.some((container) => container.name === user)
    );
    if (other === undefined) networks.add(name);
    else kept.push(`network    ${name}: the container ${other} is on it`);
  }
  for (const name of volumeNames.map((name) => `${project}_${name}`)) {
    if (!all.includes(name) || volumes.includes(name)) continue;
    kept.push(
      `volume     ${name}: it lacks this project's label; if it is yours: ` +
        `docker volume rm ${name}`,
    );
  }
  return { containers, volumes, networks: [...networks], kept };
}

export function isEmpty(found: ComposeBelongings): boolean {
  const { containers, volumes, networks } = found;
  return [containers, volumes, networks].every(({ length }) => length === 0);
}

export function describeBelongings(found: ComposeBelongings): string[] {
  const here = pathOf(projectDir).replace(/\/$/, "");
  return [
    ...found.containers.map(({ name, folder }) =>
      `container  ${name}` +
      (["", here].includes(folder) ? "" : `, started from ${folder}`)
    ),
    ...found.volumes.map((name) => `volume     ${name}`),
    ...found.networks.map((name) => `network    ${name}`),
  ];
}
