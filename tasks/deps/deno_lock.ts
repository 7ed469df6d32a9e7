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
