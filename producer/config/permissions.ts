/**
 * Compares the configuration with what this process may do, at the start: a
 * permission mistake looks like a network error later on, and is retried.
 *
 * @module
 */

import type { Config } from "./config.ts";
import { UsageError } from "../../lib/errors.ts";
import { type Address, formatAddress } from "../../lib/setting_parsers.ts";
import { accessFiles } from "../../kafka/access.ts";

/** A permission that is needed. */
export type Need =
  | { readonly kind: "net"; readonly host: string; readonly why: string }
  | {
    readonly kind: "read" | "write";
    readonly path: string;
    readonly why: string;
  };

/** Answers whether this process has a permission. */
export type HasPermission = (need: Need) => boolean;

/** The real {@linkcode HasPermission}; it never asks a person. */
export const hasPermission: HasPermission = (need): boolean => {
  const descriptor = need.kind === "net"
    ? { name: "net" as const, host: need.host }
    : { name: need.kind, path: need.path };
  return Deno.permissions.querySync(descriptor).state === "granted";
};

/** What the configuration asks for. */
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

/** What is missing, and the line that gives it, for a person to add. */
export function missing(need: Need): string {
  const item = need.kind === "net" ? need.host : need.path;
  const verb = need.kind === "net" ? "reach" : need.kind;
  return `may not ${verb} ${item} (${need.why}): add ${JSON.stringify(item)} ` +
    `to permissions.producer.${need.kind} in deno.json`;
}

/**
 * Checks all needs.
 *
 * @throws {UsageError} that names each that is missing and the line to add.
 */
export function checkPermissions(
  needs: readonly Need[],
  has: HasPermission,
): void {
  const lines = needs.filter((need) => !has(need)).map(missing);
  if (lines.length > 0) throw new UsageError(lines.join("\n"));
}

/**
 * Makes the check of brokers that the cluster itself names.
 *
 * @returns a function that throws {@linkcode UsageError} for one out of reach.
 */
export function brokerCheck(has: HasPermission): (address: Address) => void {
  return (address) => {
    const host = formatAddress(address);
    const why = "a broker's advertised address";
    checkPermissions([{ kind: "net", host, why }], has);
  };
}
