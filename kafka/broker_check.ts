// Which brokers a process may connect to.

import { type Address, formatAddress } from "../lib/address.ts";
import { UsageError } from "../lib/errors.ts";
import { deniedMessage, type HasPermission, type Need } from "../lib/needs.ts";

/**
 * Makes the check of the addresses that the brokers advertise.
 *
 * @param bootstrap The configured brokers, to name who advertises.
 * @param set The process's permission set in `deno.json`.
 * @returns a function that throws {@linkcode UsageError} for a denied one.
 */
export function brokerCheck(
  has: HasPermission,
  bootstrap: readonly Address[],
  set?: string,
): (address: Address) => void {
  const servers = bootstrap.map(formatAddress).join(",");
  return (address) => {
    const host = formatAddress(address);
    const why = `a broker's advertised address, from ${servers}`;
    const need: Need = { kind: "net", host, why };
    if (has(need)) return;
    throw new UsageError(
      `${deniedMessage(need, set)}; or correct the broker's ` +
        "advertised.listeners (KAFKA_ADVERTISED_LISTENERS)",
    );
  };
}
