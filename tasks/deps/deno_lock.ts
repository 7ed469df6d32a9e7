// The packages that `deno.lock` pins: pure.

import { CommandError } from "../../lib/errors.ts";

export interface JsrPackage {
  /** The name without the scope: `assert`. */
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the package's list of files. */
  readonly integrity: string;
}

export interface LockedPackages {
  readonly jsr: readonly JsrPackage[];
  /** Names of the npm packages that are installed on every platform. */
  readonly npm: readonly string[];
}

interface NpmEntry {
  readonly dependencies?: readonly string[];
  readonly optionalDependencies?: readonly string[];
}

/**
 * The lock of what `deno.json` imports. `deno install` puts every npm package
 * of a lock into `node_modules/`; the lake's engine (140 MB) is imported by its
 * version in lakehouse/ instead, and fetched when the lake is first used.
 */
export function importedLock(text: string): string {
  const lock: {
    specifiers?: Record<string, string>;
    npm?: Record<string, NpmEntry>;
    workspace?: { dependencies?: string[] };
  } = JSON.parse(text);
  const { specifiers = {}, npm = {}, workspace } = lock;
  const imported = new Set(workspace?.dependencies);
  const specifiersLeft = Object.entries(specifiers)
    .filter(([name]) => !name.startsWith("npm:") || imported.has(name));
  const open = specifiersLeft.filter(([name]) => name.startsWith("npm:"))
    .map(([name, version]) =>
      `${name.slice("npm:".length, name.lastIndexOf("@"))}@${version}`
    );
  const reached = new Set<string>();
  // The list grows while it is walked.
  for (const name of open) {
    // A dependency has its version only where the lock holds several.
    const key = name in npm
      ? name
      : Object.keys(npm).find((it) => it.startsWith(`${name}@`)) ?? name;
    if (reached.has(key)) continue;
    reached.add(key);
    const { dependencies = [], optionalDependencies = [] } = npm[key] ?? {};
    open.push(...dependencies, ...optionalDependencies);
  }
  return JSON.stringify({
    ...lock,
    specifiers: Object.fromEntries(specifiersLeft),
    npm: Object.fromEntries(
      Object.entries(npm).filter(([key]) => reached.has(key)),
    ),
  });
}

/**
 * Reads the text of `deno.lock`.
 *
 * @throws {CommandError} if it is not JSON.
 */
export function parseLock(text: string): LockedPackages {
  try {
    const { jsr = {}, npm = {} }: {
      jsr?: Record<string, { integrity: string }>;
      npm?: Record<string, object>;
    } = JSON.parse(text);
    const names = Object.entries(npm)
      .filter(([, it]) => !("os" in it || "cpu" in it || "optional" in it))
      .map(([key]) => /^(@?[^@]+)@/.exec(key)?.[1] ?? key);
    return {
      jsr: Object.entries(jsr).map(([key, { integrity }]) => {
        const [, name = key, version = ""] = /^@std\/(.+)@(.+)$/.exec(key) ??
          [];
        return { name, version, integrity };
      }),
      npm: [...new Set(names)],
    };
  } catch (cause) {
    throw new CommandError(
      "deno.lock cannot be read: expected JSON",
      "restore it: git checkout deno.lock",
      { cause },
    );
  }
}
