/**
 * The broker's ports: one that was asked for, one that nobody else uses.
 *
 * @module
 */

import { CommandError } from "../../../lib/errors.ts";
import type { BrokerPorts } from "./broker.ts";
import { freePort, isFree } from "../../host/ports.ts";
import { defaultPorts } from "../stack_defaults.ts";
import { findPortOwner } from "../../host/port_owner.ts";

/**
 * Makes sure that nothing listens on a port.
 *
 * @throws {CommandError} that names the owner, if it can be found.
 */
export async function requireFree(
  port: number,
  ports: BrokerPorts,
): Promise<void> {
  if (await isFree(port)) return;
  const owner = await findPortOwner(port, ports.platform, ports.run) ??
    "a program that this user may not see";
  const other = port === defaultPorts.kafka ? 19093 : freePort();
  throw new CommandError(
    `port ${port} must be free for Kafka: its owner is ${owner}`,
    `end that program, or choose another port: KAFKA_HOST_PORT=${other} ` +
      "deno task setup --stack=native",
  );
}

/** A port for the controller: the remembered one if it can be had. */
export async function choosePort(
  remembered: number | undefined,
  taken: number,
): Promise<number> {
  if (
    remembered !== undefined && remembered !== taken && await isFree(remembered)
  ) return remembered;
  let port = freePort();
  while (port === taken) port = freePort();
  return port;
}
