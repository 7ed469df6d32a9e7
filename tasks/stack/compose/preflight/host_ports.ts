// Checks that the ports of the stack are free.

import { CommandError } from "../../../../lib/errors.ts";
import { describe, type Listed } from "../../../docker/list_containers.ts";
import type { ServiceFacts } from "../../services.ts";
import type { StackSetting } from "../../stack_defaults.ts";

export interface HostPort {
  readonly service: string;
  readonly port: number;
  readonly setting: StackSetting;
}

/** The ports that these services publish. */
export function portsOf(
  ports: Readonly<Partial<Record<string, number>>>,
  services: readonly ServiceFacts[],
): HostPort[] {
  return services.flatMap(({ name, published }) => {
    const port = ports[name];
    return published === undefined || port === undefined
      ? []
      : [{ service: name, port, setting: published.setting }];
  });
}

export interface PortState {
  readonly containers: readonly Listed[];
  readonly project: string;
  readonly isFree: (port: number) => Promise<boolean>;
  readonly ownerOf: (port: number) => Promise<string | undefined>;
}

function otherPort(port: number, taken: readonly number[]): number {
  for (let other = port + 10_000;; other += 1) {
    if (other > 65_535) other = 20_000;
    if (!taken.includes(other)) return other;
  }
}

async function ownerOf(
  wanted: HostPort,
  state: PortState,
): Promise<string | undefined> {
  const { port, service } = wanted;
  const holder = state.containers.find(({ hostPorts }) =>
    hostPorts.includes(port)
  );
  if (holder === undefined) {
    if (await state.isFree(port)) return undefined;
    return await state.ownerOf(port) ?? "a program of another user";
  }
  const isOurs = holder.project === state.project && holder.service === service;
  return isOurs ? undefined : describe(holder);
}

/** Checks that each port is free, or used by the very service that needs it. */
export async function requirePorts(
  wanted: readonly HostPort[],
  state: PortState,
): Promise<void> {
  const taken = [
    ...wanted.map(({ port }) => port),
    ...state.containers.flatMap(({ hostPorts }) => hostPorts),
  ];
  for (const [index, one] of wanted.entries()) {
    const { port, service, setting } = one;
    const instead = `${setting}=${otherPort(port, taken)}`;
    const twin = wanted.slice(0, index).find((other) => other.port === port);
    if (twin !== undefined) {
      throw new CommandError(
        `${twin.setting} and ${setting} are both ${port}: expected ` +
          "different ports",
        `change one in .env, for example ${instead}, then: deno task setup`,
      );
    }
    const owner = await ownerOf(one, state);
    if (owner === undefined) continue;
    // Both listen on the same port; only their lakes differ.
    const hint = service === "crypto-lake" && owner.startsWith("pid")
      ? " (a lake run in a terminal?)"
      : "";
    throw new CommandError(
      `port ${port} must be free for ${service}: its owner is ${owner}`,
      `stop that${hint}, or use another port: set ${instead} in .env, then: ` +
        "deno task setup",
    );
  }
}
