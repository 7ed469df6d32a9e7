// Permissions that a process needs. They are checked at the start: a denied
// permission would later look like a network error and be retried.

import { UsageError } from "./errors.ts";

/** A permission that is needed; `why` names the setting that needs it. */
export type Need =
  | { readonly kind: "net"; readonly host: string; readonly why: string }
  | { readonly kind: "env"; readonly variable: string; readonly why: string }
  | {
    readonly kind: "read" | "write";
    readonly path: string;
    readonly why: string;
  };

/** Whether this process has a permission. */
export type HasPermission = (need: Need) => boolean;

/** The real {@linkcode HasPermission}; it never prompts. */
export const hasPermission: HasPermission = (need): boolean => {
  const descriptor = need.kind === "net"
    ? { name: "net" as const, host: need.host }
    : need.kind === "env"
    ? { name: "env" as const, variable: need.variable }
    : { name: need.kind, path: need.path };
  return Deno.permissions.querySync(descriptor).state === "granted";
};

/**
 * What is not allowed, and the line to add to `deno.json`.
 *
 * @param set The process's permission set there.
 */
export function deniedMessage(need: Need, set = "producer"): string {
  const [verb, item, list] = need.kind === "net"
    ? ["reach", need.host, "net"]
    : need.kind === "env"
    ? ["read the variable", need.variable, "env.allow"]
    : [need.kind, need.path, need.kind];
  return `may not ${verb} ${item} (${need.why}): add ${JSON.stringify(item)} ` +
    `to permissions.${set}.${list} in deno.json`;
}

/**
 * Checks all needs.
 *
 * @param set The process's permission set in `deno.json`.
 * @throws {UsageError} that names each denied one and the line to add.
 */
export function checkPermissions(
  needs: readonly Need[],
  has: HasPermission,
  set = "producer",
): void {
  const lines = needs.filter((need) => !has(need))
    .map((need) => deniedMessage(need, set));
  if (lines.length > 0) throw new UsageError(lines.join("\n"));
}
