// Chooses the ports of the broker and its controller.

import { delay } from "../../../lib/clock.ts";
import { CommandError } from "../../../lib/errors.ts";
import type { BrokerPorts } from "./broker.ts";
import { freePort, isFree } from "../../host/ports.ts";
import { defaultKafkaPort } from "../stack_defaults.ts";
import { findPortOwner } from "../../host/port_owner.ts";

/** How often a port without a known owner is tried again, and the pauses. */
const tries = 30;
const pauseMs = 100;

/**
 * Waits for a port whose owner is not found: a broker that was killed may
 * be gone from the list of processes while its last threads hold the port.
 *
 * @throws {CommandError} with the owner, when the port stays taken.
 */
export async function requireFree(
  port: number,
  ports: Pick<BrokerPorts, "platform" | "run">,
): Promise<void> {
  if (await isFree(port)) return;
  const found = await findPortOwner(port, ports.platform, ports.run);
  for (let tried = 0; found === undefined && tried < tries; tried++) {
    await delay(pauseMs);
    if (await isFree(port)) return;
  }
  const owner = found ?? "a program of another user";
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
