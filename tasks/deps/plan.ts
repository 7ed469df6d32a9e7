/**
 * What `deps` does, decided from what it found: pure.
 *
 * @module
 */

import { CommandError, UsageError } from "../../lib/errors.ts";

/** What was asked on the command line. */
export type DepsCommand =
  | { readonly kind: "help" }
  | { readonly kind: "install"; readonly refresh: boolean };

/**
 * Reads the command line.
 *
 * @throws {UsageError} for what it does not know.
 */
export function parseDepsArgs(args: readonly string[]): DepsCommand {
  for (const arg of args) {
    if (arg === "--help" || arg === "-h") return { kind: "help" };
    if (arg !== "--refresh") {
      throw new UsageError(
        `unknown argument ${arg}: expected --refresh or --help`,
      );
    }
  }
  return { kind: "install", refresh: args.includes("--refresh") };
}

/** What a folder's marker says: who filled it, and for what. */
export interface Marker {
  /** The fingerprint of all that the folder was made from. */
  readonly print: string;
  /** Where its packages come from. */
  readonly from: "npm" | "jsr" | "stand-ins";
  /** When JSR was last asked, in ms; only stand-ins need it. */
  readonly tried?: number | undefined;
}

/** The text of a marker file. */
export function formatMarker(marker: Marker): string {
  return JSON.stringify(marker) + "\n";
}

/** A marker of its text; half a file is no marker. */
export function parseMarker(text: string | undefined): Marker | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value !== "object" || value === null) return undefined;
    const { print, from, tried } = value as Record<string, unknown>;
    if (typeof print !== "string") return undefined;
    if (from !== "npm" && from !== "jsr" && from !== "stand-ins") {
      return undefined;
    }
    return { print, from, tried: typeof tried === "number" ? tried : 0 };
  } catch {
    return undefined;
  }
}

/** What was found on the disk. */
export interface Found {
  /** The fingerprint of what should be there. */
  readonly print: string;
  /** The marker of `vendor/`, and whether all its packages are there. */
  readonly vendor: { readonly marker?: Marker | undefined; whole: boolean };
  /** The marker of `node_modules/`, and whether all packages are there. */
  readonly modules: { readonly marker?: Marker | undefined; whole: boolean };
  /** Whether JSR shall be asked at once. */
  readonly refresh: boolean;
  /** The time, in ms. */
  readonly now: number;
}

/** What is to be done, in this order. */
export interface Plan {
  /** Whether `vendor/` must be made anew. */
  readonly vendor: boolean;
  /** Whether JSR is asked; without it the caches and stand-ins serve. */
  readonly askJsr: boolean;
  /** Whether npm's packages must be installed. */
  readonly modules: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Decides. A clock that went back counts as a day gone by. */
export function planOf(found: Found): Plan {
  const { print, refresh, now } = found;
  const held = found.vendor.marker;
  const vendor = held?.print !== print || !found.vendor.whole;
  const modules = found.modules.marker?.print !== print ||
    !found.modules.whole;
  const age = now - (held?.tried ?? 0);
  const isDue = refresh || age < 0 || age >= dayMs;
  const isReal = !vendor && held?.from === "jsr";
  return { vendor, modules, askJsr: isDue && !isReal };
}

/** What `deno install` said, as a reason and a next step. */
export function installFailure(what: string, stderr: string): CommandError {
  const lines = stderr.split("\n").map((line) => line.trim());
  const error = lines.find((line) => line.startsWith("error: "));
  const cause = lines.filter((line) => /^(\d+: )?error sending/.test(line))[0];
  const reason = [error?.slice("error: ".length), cause?.replace(/^\d+: /, "")]
    .filter((text) => text !== undefined).join(": ") ||
    (lines[0] || "no reason given");
  const next = /lockfile is out of date/.test(reason)
    ? "restore both: git checkout deno.json deno.lock"
    : /[Ii]ntegrity/.test(reason)
    ? "do not use these packages: compare deno.lock with the project's own"
    : /os error (13|30|28)\b|[Pp]ermission denied/.test(stderr)
    ? "make this folder writable and see that the disk has room, then try again"
    : "check the way to the npm registry (network, proxy), then: deno task deps";
  return new CommandError(`${what}: ${reason}`, next);
}
