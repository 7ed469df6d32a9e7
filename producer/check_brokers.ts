// The part of `--check` that talks to Kafka.

import { AccessError } from "../kafka/access_error.ts";
import { AddressError, asCommandError } from "../kafka/address_error.ts";
import { createKafkaClient } from "../kafka/client.ts";
import type { KafkaKeys } from "../kafka/credentials.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import { hasPermission } from "../lib/needs.ts";
import type { Config } from "./config/config.ts";
import { brokerCheck } from "../kafka/broker_check.ts";

/**
 * Connects to the brokers as the producer does, and writes nothing.
 *
 * @returns a warning when no broker responds, which may be started later, or
 * when they refuse this client; otherwise `undefined`.
 * @throws {CommandError} when a configured or advertised address leads to
 * something that is not a broker, or to nothing.
 * @throws {UsageError} when an advertised address is outside the permission set.
 */
export async function checkBrokers(
  config: Config,
  keys: KafkaKeys | undefined,
): Promise<string | undefined> {
  const client = createKafkaClient({
    brokers: config.brokers,
    clientId: `${config.clientId}-check`,
    keys,
    checkHost: brokerCheck(hasPermission, config.brokers),
  });
  try {
    await client.reachBroker();
    return undefined;
  } catch (error) {
    if (error instanceof AddressError) throw asCommandError(error);
    if (error instanceof UsageError) throw error;
    return error instanceof AccessError
      ? `Kafka refuses this client: ${error.message}`
      : `Kafka does not respond: ${messageOf(error)}`;
  }
}
