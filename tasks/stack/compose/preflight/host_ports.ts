/**
 * Whether the ports that the stack publishes can be had.
 *
 * @module
 */

import { CommandError } from "../../../../lib/errors.ts";
import { describe, type Listed } from "../../../docker/list_containers.ts";

/** A port that the stack will publish on 127.0.0.1. */
export interface HostPort {
  /** The Compose service behind it. */
  readonly service: string;
  /** Its number. */
  readonly port: number;
  /** The setting that moves it. */
  readonly setting: string;
}

/** The published ports by service; without ZooKeeper under KRaft. */
export interface HostPorts {
  /** ZooKeeper's client port, unless KRaft takes its place. */
  readonly zookeeper?: number | undefined;
  /** The broker's EXTERNAL listener. */
  readonly kafka: number;
  /** The user interface. */
  readonly ui: number;
}

/** The ports with the settings that move them. */
export function portsOf({ zookeeper, kafka, ui }: HostPorts): HostPort[] {
  return [
    ...zookeeper === undefined ? [] : [{
      service: "zookeeper",
      port: zookeeper,
      setting: "ZOOKEEPER_HOST_PORT",
    }],
    { service: "kafka", port: kafka, setting: "KAFKA_HOST_PORT" },
    { service: "kafka-ui", port: ui, setting: "KAFKA_UI_HOST_PORT" },
  ];
}

/** How a port is looked at. */
export interface PortLook {
  /** All containers of the engine. */
  readonly containers: readonly Listed[];
  /** The Compose project whose containers are ours. */
  readonly project: string;
  /** Whether nothing on this machine holds the port. */
  readonly isFree: (port: number) => Promise<boolean>;
  /** The program that holds the port, in words, if that can be seen. */
  readonly ownerOf: (port: number) => Promise<string | undefined>;
}

/** Another port of the same look, and none that the stack wants. */
function otherPort(port: number, taken: readonly number[]): number {
  for (let other = port + 10_000;; other += 1) {
    if (other > 65_535) other = 20_000;
    if (!taken.includes(other)) return other;
  }
}

function refuse(
  { port, service, setting }: HostPort,
  owner: string,
  taken: readonly number[],
): CommandError {
  return new CommandError(
    `port ${port} must be free for ${service}: its owner is ${owner}`,
    `end that one, or move ours: put ${setting}=${otherPort(port, taken)} ` +
      "into .env, then: deno task setup",
  );
}

async function ownerOf(
  wanted: HostPort,
  look: PortLook,
): Promise<string | undefined> {
  const { port, service } = wanted;
  const holder = look.containers.find(({ hostPorts }) =>
    hostPorts.includes(port)
  );
  if (holder === undefined) {
    if (await look.isFree(port)) return undefined;
    return await look.ownerOf(port) ?? "a program that this user may not see";
  }
  const isOurs = holder.project === look.project && holder.service === service;
  return isOurs ? undefined : describe(holder);
}

/**
 * Makes sure that each port is free, or held by the very service that wants it.
 *
 * @throws {CommandError} that names the owner and the setting that moves the port.
 */
export async function requirePorts(
  wanted: readonly HostPort[],
  look: PortLook,
): Promise<void> {
  const taken = [
    ...wanted.map(({ port }) => port),
    ...look.containers.flatMap(({ hostPorts }) => hostPorts),
  ];
  for (const [index, one] of wanted.entries()) {
    const twin = wanted.slice(0, index).find(({ port }) => port === one.port);
    if (twin !== undefined) {
      throw new CommandError(
        `${twin.setting} and ${one.setting} are both ${one.port}: each ` +
          "service needs a port of its own",
        `change one in .env, for instance ${one.setting}=` +
          `${otherPort(one.port, taken)}, then: deno task setup`,
      );
    }
    const owner = await ownerOf(one, look);
    if (owner !== undefined) throw refuse(one, owner, taken);
  }
}
