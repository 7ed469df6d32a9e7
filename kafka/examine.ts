// Why a call failed although something accepts connections: looks at what is
// behind the addresses that it used. Loaded after a failure only.

import { type Address, formatAddress } from "../lib/address.ts";
import {
  type AddressError,
  advertisedError,
  bootstrapError,
} from "./address_error.ts";
import type { Counterpart } from "./counterpart.ts";
import { exchangesWith } from "./exchange.ts";
import { identify } from "./identify.ts";

/** A connection that failed. */
export interface FailedAttempt {
  /** Where it led. */
  readonly address: Address;
  /** Whether the address accepted no connection at all. */
  readonly isUnreachable: boolean;
}

/** What {@linkcode examine} works with. */
export interface Examination {
  /** The configured addresses. */
  readonly bootstrap: readonly Address[];
  /** Connections that failed during the call, to any address. */
  readonly failed: readonly FailedAttempt[];
  /** Whether this client uses TLS. */
  readonly tls: boolean;
  /** Finds out what is at an address. */
  readonly look: (address: Address) => Promise<Counterpart>;
}

/** The real {@linkcode Examination.look}. */
export function lookAt(address: Address, tls: boolean): Promise<Counterpart> {
  return identify(address, tls, exchangesWith(address));
}

/**
 * Names a wrong counterpart at a configured address, or an advertised address
 * that cannot be reached. Looks at nothing that accepts no connections, so that
 * a dead broker is left alone.
 *
 * @returns `undefined` when neither is the case.
 */
export async function examine(
  { bootstrap, failed, tls, look }: Examination,
): Promise<AddressError | undefined> {
  const configured = new Set(bootstrap.map(formatAddress));
  const isConfigured = ({ address }: FailedAttempt) =>
    configured.has(formatAddress(address));
  for (const { address } of failed.filter(isConfigured).filter(isOpen)) {
    const error = bootstrapError(address, await look(address), tls);
    if (error !== undefined) return error;
  }
  const advertised = failed.filter((one) => !isConfigured(one));
  if (advertised.length === 0) return undefined;
  const dead = new Set(
    failed.filter((one) => !isOpen(one)).map(({ address }) =>
      formatAddress(address)
    ),
  );
  const alive = bootstrap.filter((one) => !dead.has(formatAddress(one)));
  for (const broker of alive) {
    const { kind } = await look(broker);
    if (kind !== "kafka") continue;
    for (const { address } of advertised) {
      const found = await look(address);
      const error = advertisedError({
        bootstrap: broker,
        advertised: address,
        found,
        tls,
      });
      if (error !== undefined) return error;
    }
    return undefined;
  }
  return undefined;
}

function isOpen({ isUnreachable }: FailedAttempt): boolean {
  return !isUnreachable;
}
