// Network addresses as `host:port`.

import { UsageError } from "./errors.ts";

/** A host and a port. */
export interface Address {
  /** Host name or IP address; an IPv6 address has no brackets. */
  readonly host: string;
  /** TCP port. */
  readonly port: number;
}

/**
 * Parses `host:port`, with brackets around an IPv6 address.
 *
 * @throws {UsageError} that states the rule.
 */
export function addressField(text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/
    .exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port >= 1 && port <= 65535) return { host, port };
  throw new UsageError("expected host:port with a port from 1 to 65535");
}

/** The text form, e.g. `[::1]:9093`. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The `host:port` of a URL, its default port filled in. */
export function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}
