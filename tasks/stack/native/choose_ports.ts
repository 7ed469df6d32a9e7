// Chooses the ports of the broker and its controller.

import { CommandError } from "../../../lib/errors.ts";
import type { BrokerPorts } from "./broker.ts";
import { freePort, isFree } from "../../host/ports.ts";
import { defaultKafkaPort } from "../stack_defaults.ts";
import { findPortOwner } from "../../host/port_owner.ts";

export async function requireFree(
  port: number,
  ports: BrokerPorts,
): Promise<void> {
  if (await isFree(port)) return;
  const owner = await findPortOwner(port, ports.platform, ports.run) ??
    "a program of another user";
  const other = port === defaultKafkaPort ? 19093 : freePort();
  throw new CommandError(
    `port ${port} must be free for Kafka: its owner is ${owner}`,
    `stop it, or use another port: KAFKA_HOST_PORT=${other} ` +
      "deno task setup --stack=native",
  );
}

/** A port for the controller: the recorded one if it is free. */
export async function choosePort(
  recorded: number | undefined,
  taken: number,
): Promise<number> {
  if (
    recorded !== undefined && recorded !== taken && await isFree(recorded)
  ) return recorded;
  let port = freePort();
  while (port === taken) port = freePort();
  return port;
}
