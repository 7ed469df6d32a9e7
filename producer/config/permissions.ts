// The permissions that a configuration needs.

import { accessFiles } from "../../kafka/access.ts";
import { type Address, formatAddress } from "../../lib/address.ts";
import { UsageError } from "../../lib/errors.ts";
import {
  deniedMessage,
  type HasPermission,
  type Need,
} from "../../lib/needs.ts";
import type { Config } from "./config.ts";

/** What the configuration and the hosts of its source need. */
export function needsOf(
  config: Config,
  sourceHosts: readonly string[],
): Need[] {
  const net = (host: string, why: string): Need => ({ kind: "net", host, why });
  return [
    ...config.brokers.map((broker) =>
      net(formatAddress(broker), "KAFKA_BOOTSTRAP_SERVERS")
    ),
    ...sourceHosts.map((host) => net(host, `the source ${config.source}`)),
    ...config.admin === undefined
      ? []
      : [net(formatAddress(config.admin), "ADMIN_ADDRESS")],
    { kind: "read", path: config.stateDir, why: "STATE_DIR" },
    { kind: "write", path: config.stateDir, why: "STATE_DIR" },
    ...accessFiles(config.access).map(({ path, setting }): Need => ({
      kind: "read",
      path,
      why: setting,
    })),
  ];
}

/**
 * Makes the check of the addresses that the brokers advertise.
 *
 * @param bootstrap The configured brokers, to name who advertises.
 * @returns a function that throws {@linkcode UsageError} for a denied one.
 */
export function brokerCheck(
  has: HasPermission,
  bootstrap: readonly Address[],
): (address: Address) => void {
  const servers = bootstrap.map(formatAddress).join(",");
  return (address) => {
    const host = formatAddress(address);
    const why = `a broker's advertised address, from ${servers}`;
    const need: Need = { kind: "net", host, why };
    if (has(need)) return;
    throw new UsageError(
      `${deniedMessage(need)}; or correct the broker's advertised.listeners ` +
        "(KAFKA_ADVERTISED_LISTENERS)",
    );
  };
}
