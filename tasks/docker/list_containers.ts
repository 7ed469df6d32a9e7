// Lists all containers of the engine with their names and ports.

import type { Docker } from "./docker.ts";

export interface Listed {
  readonly name: string;
  /** Its Compose project; empty for a container that Compose did not create. */
  readonly project: string;
  readonly service: string;
  readonly hostPorts: readonly number[];
}

const format = [
  "{{.Names}}",
  '{{.Label "com.docker.compose.project"}}',
  '{{.Label "com.docker.compose.service"}}',
  "{{.Ports}}",
].join("\t");

function parsePorts(text: string): number[] {
  return text.split(", ").flatMap((part) => {
    const match = /:(\d+)(?:-(\d+))?->\S+\/tcp$/.exec(part);
    if (match === null) return [];
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    return Array.from({ length: last - first + 1 }, (_, step) => first + step);
  });
}

export function parseList(text: string): Listed[] {
  return text.split(/\r?\n/).filter((line) => line !== "").map((line) => {
    const [name = "", project = "", service = "", ports = ""] = line
      .split("\t");
    return { name, project, service, hostPorts: parsePorts(ports) };
  });
}

export async function listContainers(docker: Docker): Promise<Listed[]> {
  const args = ["ps", "--all", "--no-trunc", "--format", format];
  return parseList(await docker.output(args));
}

export function describe({ name, project }: Listed): string {
  return project === ""
    ? `the container ${name}`
    : `the container ${name} (Compose project ${project})`;
}
